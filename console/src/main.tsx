import "./app/styles";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { cspNonce, shareNonce } from "./app/nonce";
import { queries } from "./app/queries";
import { router } from "./app/router";
import { theme, variables } from "./app/theme";
import { installTrustedTypes } from "./app/trusted-types";

installTrustedTypes();
shareNonce();
const Notifications = lazy(() => import("./app/Notifications"));

createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={variables}
      defaultColorScheme="auto"
      getStyleNonce={cspNonce}
    >
      <Suspense>
        <Notifications />
      </Suspense>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
