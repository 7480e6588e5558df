export { JsonEditor } from "./JsonEditor";
export { TextDiff } from "./TextDiff";
