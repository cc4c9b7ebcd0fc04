import type { Work } from "../../crud.ts";

/** What an `ItemAccessReview` remembers: what it last looked at. */
export const work: Work = {
  async create(inputs) {
    return { id: String(inputs.clusterUid), outs: { ...inputs } };
  },

  async update(_id, _olds, news) {
    return { outs: { ...news } };
  },
};
