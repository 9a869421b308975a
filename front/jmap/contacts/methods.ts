import { addressBookChanges } from './address-book-changes.ts'
import { addressBookGet } from './address-book-get.ts'
import { addressBookSet } from './address-book-set.ts'
import { contactCardChanges } from './contact-card-changes.ts'
import { contactCardCopy } from './contact-card-copy.ts'
import { contactCardGet } from './contact-card-get.ts'
import { contactCardQueryChanges } from './contact-card-query-changes.ts'
import { contactCardQuery } from './contact-card-query.ts'
import { contactCardSet } from './contact-card-set.ts'

/** RFC 9610. */
export const contactMethods = [
  addressBookGet, addressBookChanges, addressBookSet, contactCardGet, contactCardChanges, contactCardQuery,
  contactCardQueryChanges, contactCardSet, contactCardCopy,
]
