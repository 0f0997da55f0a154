import { shippedEnvironments, textOf, widestEnvironments } from "../support/environments/widest-environments";
import { fuzz } from "../support/fuzz/fuzz";
import { spoiltData, spoiltText } from "../support/fuzz/mutations";

const texts = [...shippedEnvironments, ...widestEnvironments].map(textOf);

fuzz("of which keys and values are spoilt", spoiltData(texts), 0.4);
fuzz("of which the text is spoilt", spoiltText(texts), 0.25);
