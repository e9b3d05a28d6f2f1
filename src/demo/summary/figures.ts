/** Seconds until the volume is attached elsewhere, measured on a real control plane: docs/performance.md, which a test compares. */
export const measured = {
  forceDeletingThePod: 361.1,
  deletingTheNode: 411.4,
  source: 'docs/performance.md',
} as const;

/** What the same takes with the defaults, in words: NotReady after 50 s, threshold 60 s, proof over 5 s (docs/performance.md). */
export const withDefaults = 'about 2 minutes: 50 s until Kubernetes says NotReady, 60 s of threshold, 5 s for the proof';
