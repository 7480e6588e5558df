import { request, type Sent } from "./http";
import type { paths } from "./schema";

type Method = "get" | "post" | "put" | "patch" | "delete";
/** The paths that know a method. */
type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P][M] extends { responses: object } ? P : never;
}[keyof paths];
type Operation<M extends Method, P extends PathOf<M>> = paths[P][M];

type Part<Op, Name extends string> = Op extends { parameters: { [N in Name]?: infer Found } } ? Found : never;
/** What may be said, all of it optional; nothing at all when there is nothing to say. */
type Optional<Values, Without = never> = [NonNullable<Values>] extends [never]
  ? undefined
  : Exclude<keyof NonNullable<Values>, Without> extends infer Names extends keyof NonNullable<Values>
    ? [Names] extends [never]
      ? undefined
      : { [N in Names]?: NonNullable<Values>[N] | undefined }
    : undefined;
type JsonOf<Content> = Content extends { content: { "application/json": infer Body } } ? Body : undefined;

/** What a request says besides its path, as the description of the API has it: a wrong name does not compile. */
type Input<Op> = (Op extends { parameters: { path: infer Values } } ? { path: Values } : { path?: never }) &
  (Op extends { requestBody: infer Body } ? { body: JsonOf<Body> } : object) &
  (Op extends { requestBody?: infer Body } ? { body?: JsonOf<NonNullable<Body>> } : object) & {
    query?: Optional<Part<Op, "query">>;
    headers?: Optional<Part<Op, "header">, "x-tenant-id">;
    signal?: AbortSignal;
  };
/** May be left out when nothing in it must be there. */
type Rest<In> = object extends In ? [input?: In] : [input: In];

type Succeeded = 200 | 201 | 202 | 204;
type Output<Op> = Op extends { responses: infer Responses }
  ? { [S in keyof Responses & Succeeded]: JsonOf<Responses[S]> }[keyof Responses & Succeeded]
  : never;

/** For answers that are no JSON: a stream of events, a file. */
export function open<M extends Method, P extends PathOf<M>>(
  tenant: string | null,
  method: M,
  path: P,
  ...[input]: Rest<Input<Operation<M, P>>>
): Promise<Response> {
  return request(tenant, method, path, input as Sent | undefined);
}

export interface Answer<Body> {
  data: Body;
  headers: Headers;
}

export async function send<M extends Method, P extends PathOf<M>>(
  tenant: string | null,
  method: M,
  path: P,
  ...[input]: Rest<Input<Operation<M, P>>>
): Promise<Answer<Output<Operation<M, P>>>> {
  const response = await request(tenant, method, path, input as Sent | undefined);
  const data = response.status === 204 ? undefined : await response.json();
  return { data, headers: response.headers };
}

/** What almost every request of the console is: its answer's JSON, or a Problem thrown. */
export async function call<M extends Method, P extends PathOf<M>>(
  tenant: string | null,
  method: M,
  path: P,
  ...rest: Rest<Input<Operation<M, P>>>
): Promise<Output<Operation<M, P>>> {
  return (await send(tenant, method, path, ...rest)).data;
}
