/** Schemes of the URIs that `notify` takes (RFC 5435 section 3), announced by JMAP and ManageSieve. */
export const notifyMethods: readonly string[] = ['mailto']
