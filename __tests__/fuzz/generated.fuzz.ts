import { environmentText } from "./environment-arbitrary";
import { fuzz } from "./fuzz";

fuzz("made from the schema", environmentText, 0.35);
