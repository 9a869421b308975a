/** Where a contact or a group is shown; that of none is the list. */
export const pathOfCard = (id: string | undefined): string => (id === undefined ? '/contacts' : `/contacts/${id}`)
