import { Button, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { lastTenant, signIn } from "~/api/session";
import { ProblemPanel } from "~/shared/ProblemPanel";

export function SignInForm() {
  const { next } = useSearch({ from: "/sign-in" });
  const router = useRouter();
  const queries = useQueryClient();
  const [tenant, setTenant] = useState(lastTenant() ?? "");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const enter = useMutation({
    mutationFn: () => signIn(email.trim(), password, tenant.trim()),
    onSuccess: async () => {
      queries.clear();
      // Only an address of our own: anything else would be a way to lead people astray.
      const inside = next !== undefined && next.startsWith("/t/");
      if (inside) router.history.push(next);
      else await router.navigate({ to: "/t/$tenant", params: { tenant: tenant.trim() } });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <div>
          <Title order={2}>Sign in</Title>
          <Text size="sm" c="dimmed">
            You can change to your other tenants afterwards.
          </Text>
        </div>
        {enter.error && <ProblemPanel error={enter.error} />}
        <TextInput
          label="Tenant"
          placeholder="acme-dev"
          required
          autoComplete="organization"
          spellCheck={false}
          value={tenant}
          onChange={(event) => setTenant(event.currentTarget.value)}
        />
        <TextInput
          label="E-mail"
          type="email"
          required
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          required
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={enter.isPending} fullWidth>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}
