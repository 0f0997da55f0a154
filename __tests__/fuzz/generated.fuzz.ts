import { environmentText } from "../support/fuzz/environment-arbitrary";
import { fuzz } from "../support/fuzz/fuzz";

fuzz("made from the schema", environmentText, 0.35);
