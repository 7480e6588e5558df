import { Center, Group, Paper, Stack, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { setupQuery } from "~/api/session";
import { Logo } from "~/app/Logo";
import { FirstPerson } from "./FirstPerson";
import { SignInForm } from "./SignInForm";

/** How often a server that waits for its first person is asked whether it still does. */
const ASK_MS = 2_000;

export function SignInPage() {
  useDocumentTitle("Sign in · Syncline");
  const setup = useQuery({
    ...setupQuery(),
    refetchInterval: ({ state }) => (state.data?.needed ? ASK_MS : false),
  });
  return (
    <Center component="main" mih="100vh" p="md">
      <Stack w="100%" maw={setup.data?.needed ? 560 : 400} gap="lg">
        <Group gap="sm" justify="center">
          <Logo size={34} />
          <Title order={1} fz={24}>
            Syncline
          </Title>
        </Group>
        <Paper p="xl" className="surface">
          {setup.data?.needed ? <FirstPerson /> : <SignInForm />}
        </Paper>
      </Stack>
    </Center>
  );
}
