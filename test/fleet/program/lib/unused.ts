/** Nothing imports it. */
export const unused = true;
