import { AppShell, Burger, Button, Group, Kbd, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure, useHotkeys, useOs } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { onSignedOut } from "~/api/http";
import { Logo } from "~/app/Logo";
import { useMembership } from "~/app/tenant";
import { AnchorLink } from "~/shared/links";
import { addressOf, DESTINATIONS } from "./navigation";
import { Navigation } from "./Navigation";
import { OfflineBanner } from "./OfflineBanner";
import { useShortcuts, type Shortcut } from "./shortcuts";
import styles from "./shell.module.css";
import { TenantSwitcher } from "./TenantSwitcher";
import { UserMenu } from "./UserMenu";

const Palette = lazy(() => import("./Palette"));
const ShortcutHelp = lazy(() => import("./ShortcutHelp"));

/** What frames every page of a tenant. */
export function Shell() {
  const membership = useMembership();
  const navigate = useNavigate();
  const os = useOs();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [menuOpen, menu] = useDisclosure(false);
  const [helpOpen, help] = useDisclosure(false);
  const [paletteOpen, palette] = useDisclosure(false);
  useHotkeys([["mod+K", palette.toggle]], []);
  useEffect(() => menu.close(), [path, menu.close]);
  useEffect(
    () =>
      onSignedOut(
        () =>
          void navigate({
            to: "/sign-in",
            search: { next: window.location.pathname + window.location.search },
          }),
      ),
    [navigate],
  );

  const shortcuts: Shortcut[] = [
    ...DESTINATIONS.filter(({ key }) => key).map(({ key, label, path: below }) => ({
      keys: `g ${key}`,
      label: `Go to ${label}`,
      run: () => void navigate({ to: addressOf(membership.id, below), params: { tenant: membership.id } }),
    })),
    {
      keys: "/",
      label: "Filter this page",
      run: () => document.querySelector<HTMLElement>("[data-filter]")?.focus(),
    },
    { keys: "?", label: "Show the keys", run: help.open },
  ];
  useShortcuts(shortcuts);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 224, breakpoint: "sm", collapsed: { mobile: !menuOpen } }}
    >
      <a href="#main" className="skip-link">
        Skip to the content
      </a>
      <AppShell.Header className={styles.header} data-environment={membership.environment}>
        <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
            <Burger
              opened={menuOpen}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={menuOpen ? "Close the menu" : "Open the menu"}
            />
            <AnchorLink
              to="/t/$tenant"
              params={{ tenant: membership.id }}
              aria-label="Syncline, overview"
              lh={0}
              visibleFrom="sm"
            >
              <Logo />
            </AnchorLink>
            <TenantSwitcher />
          </Group>
          <Group gap="xs" wrap="nowrap">
            <UnstyledButton className={styles.search} onClick={palette.open} visibleFrom="sm">
              <IconSearch size={15} aria-hidden />
              <Text size="sm" component="span">
                Search or jump to…
              </Text>
              <Kbd size="xs">{os === "macos" ? "⌘" : "Ctrl"} K</Kbd>
            </UnstyledButton>
            <Button
              variant="subtle"
              color="gray"
              px={8}
              hiddenFrom="sm"
              onClick={palette.open}
              aria-label="Search"
            >
              <IconSearch size={18} />
            </Button>
            <UserMenu onHelp={help.open} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={styles.navbar}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={styles.main}>
        <OfflineBanner />
        <Outlet />
      </AppShell.Main>
      <Suspense>
        {paletteOpen && <Palette opened onClose={palette.close} />}
        {helpOpen && <ShortcutHelp opened onClose={help.close} shortcuts={shortcuts} />}
      </Suspense>
    </AppShell>
  );
}
