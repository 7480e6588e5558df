import { Anchor, Button, type AnchorProps, type ButtonProps } from "@mantine/core";
import { createLink, type LinkComponent } from "@tanstack/react-router";
import { forwardRef, type AnchorHTMLAttributes } from "react";

type Native<Props> = Props & Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof Props>;

const AnchorBase = forwardRef<HTMLAnchorElement, Native<AnchorProps>>((props, ref) => (
  <Anchor ref={ref} {...props} />
));
const ButtonBase = forwardRef<HTMLAnchorElement, Native<ButtonProps>>((props, ref) => (
  <Button component="a" ref={ref} {...props} />
));

/** A link of the router that looks like one of the kit. */
export const AnchorLink: LinkComponent<typeof AnchorBase> = createLink(AnchorBase);
/** A link of the router that looks like a button. */
export const ButtonLink: LinkComponent<typeof ButtonBase> = createLink(ButtonBase);
