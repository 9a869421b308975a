/** A rule that somebody asks for elsewhere in the page: the filters' page opens with it, and takes it once. */
import { signal } from '@preact/signals'

export interface WantedRule {
  /** How the sender is shown. */
  readonly name: string
  readonly address: string
  /** What it sends goes to junk, without further ado. */
  readonly blocks: boolean
}

export const wantedRule = signal<WantedRule | undefined>(undefined)
export const filtersPath = '/settings/filters'
