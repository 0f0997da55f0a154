import { shippedEnvironments, textOf, widestEnvironments } from "../widest-environments";
import { fuzz } from "./fuzz";
import { spoiltData, spoiltText } from "./mutations";

const texts = [...shippedEnvironments, ...widestEnvironments].map(textOf);

fuzz("of which keys and values are spoilt", spoiltData(texts), 0.4);
fuzz("of which the text is spoilt", spoiltText(texts), 0.25);
