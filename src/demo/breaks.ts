/** What `evenkeel demo --break` can break. A file of its own, so that the command line knows it without loading a cluster. */
export const breaks = ['script-lies', 'script-fails', 'all-nodes-down'] as const;
export type Break = (typeof breaks)[number];
