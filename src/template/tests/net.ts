export const netTests = [];
