/** How an attempt ended. */
export type Outcome =
  | { readonly isDelivered: true }
  | {
      readonly isDelivered: false;
      readonly reason: string;
      /** Whether trying again is no use. */
      readonly isPermanent: boolean;
    };

export const delivered: Outcome = { isDelivered: true };

export const failed = (reason: string, { isPermanent }: { isPermanent: boolean }): Outcome => ({
  isDelivered: false,
  reason,
  isPermanent,
});
