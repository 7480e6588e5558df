import { Button, Stack, Text } from "@mantine/core";
import { IconPlus, type Icon } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { Confirm } from "~/shared/Confirm";
import { DataTable, type Column } from "~/shared/DataTable";
import { Empty, Waiting } from "~/shared/Page";
import { ProblemPanel } from "~/shared/ProblemPanel";
import { SecretOnce } from "~/shared/SecretOnce";

/** A dialog that makes one. */
export type Form<Made> = (props: {
  tenant: string;
  onClose: () => void;
  onMade: (made: Made) => void;
}) => ReactNode;

/** What has a secret that is shown when it is made and never again, such as API keys and webhooks. */
export function SecretList<Row extends { id: string }, Made extends Row>({
  tenant,
  name,
  may,
  load,
  remove,
  Form,
  columns,
  words,
}: {
  tenant: string;
  name: string;
  may: boolean;
  load: () => Promise<{ items: Row[] }>;
  remove: (id: string) => Promise<unknown>;
  Form: Form<Made>;
  /** `ask` begins the removal of a row. */
  columns: (ask: (row: Row) => void) => Column<Row>[];
  words: {
    label: string;
    none: string;
    make: string;
    icon: Icon;
    about: string;
    secret: (made: Made) => { title: string; secret: string };
    removal: (row: Row) => { title: string; action: string; text: string };
  };
}) {
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  const [going, setGoing] = useState<Row | null>(null);
  const queryKey = [name, tenant];
  const list = useQuery({ queryKey, queryFn: load });
  const refresh = () => queries.invalidateQueries({ queryKey });
  const removal = useMutation({
    mutationFn: remove,
    onSuccess: () => {
      setGoing(null);
      return refresh();
    },
  });
  if (list.isPending) return <Waiting />;
  if (list.error) return <ProblemPanel error={list.error} onRetry={() => void list.refetch()} />;
  const make = may && (
    <Button w="fit-content" leftSection={<IconPlus size={16} />} onClick={() => setMaking(true)}>
      {words.make}
    </Button>
  );
  return (
    <Stack>
      {made && <SecretOnce {...words.secret(made)} onDone={() => setMade(null)} />}
      {list.data.items.length === 0 ? (
        <Empty icon={words.icon} title={words.none} action={make || undefined}>
          {words.about}
        </Empty>
      ) : (
        <>
          {make}
          <DataTable
            label={words.label}
            rows={list.data.items}
            rowKey={(row) => row.id}
            columns={columns(setGoing)}
          />
        </>
      )}
      {making && (
        <Form
          tenant={tenant}
          onClose={() => setMaking(false)}
          onMade={(fresh) => {
            setMade(fresh);
            setMaking(false);
            void refresh();
          }}
        />
      )}
      {going && (
        <Confirm
          title={words.removal(going).title}
          action={words.removal(going).action}
          doing={removal}
          onClose={() => {
            setGoing(null);
            removal.reset();
          }}
          onConfirm={() => removal.mutate(going.id)}
        >
          <Text size="sm" className="breakable">
            {words.removal(going).text}
          </Text>
        </Confirm>
      )}
    </Stack>
  );
}
