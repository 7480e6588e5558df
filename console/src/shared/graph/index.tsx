import { ActionIcon, UnstyledButton } from "@mantine/core";
import { IconFocusCentered, IconMinus, IconPlus } from "@tabler/icons-react";
import { useCallback, useLayoutEffect, useMemo, useRef, useState, type PointerEvent } from "react";
import { KindIcon } from "../kinds";
import type { Tone } from "../Mark";
import styles from "./graph.module.css";
import { layout, NODE_HEIGHT, NODE_WIDTH, type GraphItem, type Line, type Placed } from "./layout";

export interface GraphNodeItem extends GraphItem {
  tone?: Tone;
  glyph?: string;
  word?: string;
  focus?: boolean;
}

interface Window {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const SMALLEST = 0.3;
const LARGEST = 1.5;
/** What is drawn beyond the edges of the view, so that scrolling shows no holes. */
const AROUND = 300;

/** What uses what, on a plane to scroll over. Only what is in view is drawn, so that thousands are no burden. */
export function ResourceGraph({
  label,
  items,
  edges,
  onOpen,
}: {
  label: string;
  items: GraphNodeItem[];
  edges: Line[];
  onOpen: (item: GraphNodeItem) => void;
}) {
  const canvas = useRef<HTMLDivElement>(null);
  const plane = useMemo(() => layout(items, edges), [items, edges]);
  const [zoom, setZoom] = useState(1);
  const [near, setNear] = useState<string | null>(null);
  const [view, setView] = useState<Window>({ left: 0, top: 0, right: 2000, bottom: 1000 });
  const look = useCallback(() => {
    const element = canvas.current;
    if (!element) return;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
    setView({
      left: scrollLeft / zoom - AROUND,
      top: scrollTop / zoom - AROUND,
      right: (scrollLeft + clientWidth) / zoom + AROUND,
      bottom: (scrollTop + clientHeight) / zoom + AROUND,
    });
  }, [zoom]);
  const fit = useCallback(() => {
    const element = canvas.current;
    if (!element) return;
    // Smaller than this, names cannot be read: then it scrolls instead.
    setZoom(Math.max(0.65, Math.min(1, element.clientWidth / plane.width)));
  }, [plane]);
  useLayoutEffect(fit, [fit]);
  useLayoutEffect(() => {
    const element = canvas.current;
    const focus = items.find((item) => item.focus) ?? null;
    const place = focus && plane.places.get(focus.id);
    if (element && place) {
      element.scrollTo(place.x * zoom - element.clientWidth / 2, place.y * zoom - element.clientHeight / 2);
    }
    look();
  }, [items, plane, zoom, look]);
  const step = (by: number) => setZoom((now) => Math.max(SMALLEST, Math.min(LARGEST, now * by)));

  const inView = ({ x, y }: Placed) =>
    x + NODE_WIDTH > view.left && x < view.right && y + NODE_HEIGHT > view.top && y < view.bottom;
  const shown = items.filter(({ id }) => inView(plane.places.get(id)!));
  const inSight = new Set(shown.map(({ id }) => id));
  const lines = edges.filter(
    ({ from, to }) => (inSight.has(from) || inSight.has(to)) && plane.places.has(from) && plane.places.has(to),
  );
  return (
    <div className={`surface ${styles.frame}`}>
      <div
        ref={canvas}
        className={styles.canvas}
        role="region"
        aria-label={label}
        tabIndex={0}
        style={{ height: `clamp(160px, ${Math.ceil(plane.height * zoom) + 16}px, 62vh)` }}
        onScroll={look}
        {...useDragging(canvas)}
      >
        <div style={{ width: plane.width * zoom, height: plane.height * zoom, margin: "0 auto" }}>
          <div
            className={styles.world}
            style={{ width: plane.width, height: plane.height, transform: `scale(${zoom})` }}
          >
            <svg className={styles.lines} width={plane.width} height={plane.height} aria-hidden>
              {lines.map(({ from, to }) => (
                <path
                  key={`${from}>${to}`}
                  d={curve(plane.places.get(to)!, plane.places.get(from)!)}
                  data-near={near === from || near === to}
                />
              ))}
            </svg>
            {shown.map((item) => {
              const { x, y } = plane.places.get(item.id)!;
              return (
                <UnstyledButton
                  key={item.id}
                  className={styles.node!}
                  data-tone={item.tone ?? "neutral"}
                  title={item.name}
                  style={{ left: x, top: y, width: NODE_WIDTH, height: NODE_HEIGHT }}
                  data-focus={item.focus ?? false}
                  onClick={() => onOpen(item)}
                  onMouseEnter={() => setNear(item.id)}
                  onMouseLeave={() => setNear(null)}
                  onFocus={() => setNear(item.id)}
                  onBlur={() => setNear(null)}
                  aria-label={`${item.name}${item.word ? `, ${item.word}` : ""}`}
                >
                  {item.kind && <KindIcon kind={item.kind} />}
                  <span className="truncate" style={{ flex: 1 }}>
                    {item.name}
                  </span>
                  {item.glyph && (
                    <span className={styles.glyph} aria-hidden>
                      {item.glyph}
                    </span>
                  )}
                </UnstyledButton>
              );
            })}
          </div>
        </div>
      </div>
      <ActionIcon.Group className={styles.controls!}>
        <ActionIcon variant="default" aria-label="Smaller" onClick={() => step(0.8)}>
          <IconMinus size={15} />
        </ActionIcon>
        <ActionIcon variant="default" aria-label="Fit" onClick={fit}>
          <IconFocusCentered size={15} />
        </ActionIcon>
        <ActionIcon variant="default" aria-label="Larger" onClick={() => step(1.25)}>
          <IconPlus size={15} />
        </ActionIcon>
      </ActionIcon.Group>
    </div>
  );
}

function curve(left: Placed, right: Placed): string {
  const x1 = left.x + NODE_WIDTH;
  const y1 = left.y + NODE_HEIGHT / 2;
  const y2 = right.y + NODE_HEIGHT / 2;
  const bend = Math.max(36, Math.abs(right.x - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${right.x - bend} ${y2} ${right.x} ${y2}`;
}

/** With a mouse the plane can be taken and moved; touch and keys scroll it anyway. */
function useDragging(canvas: React.RefObject<HTMLDivElement | null>) {
  const start = useRef<{ x: number; y: number; left: number; top: number } | null>(null);
  const [dragging, setDragging] = useState(false);
  return {
    "data-dragging": dragging,
    onPointerDown: (event: PointerEvent) => {
      const element = canvas.current;
      if (event.pointerType !== "mouse" || event.button !== 0 || !element) return;
      if ((event.target as HTMLElement).closest("button")) return;
      start.current = { x: event.clientX, y: event.clientY, left: element.scrollLeft, top: element.scrollTop };
      element.setPointerCapture(event.pointerId);
      setDragging(true);
    },
    onPointerMove: (event: PointerEvent) => {
      const from = start.current;
      if (from) canvas.current?.scrollTo(from.left + from.x - event.clientX, from.top + from.y - event.clientY);
    },
    onPointerUp: () => {
      start.current = null;
      setDragging(false);
    },
  };
}
