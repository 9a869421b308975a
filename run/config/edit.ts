/** Changes to the configuration file that keep the operator's comments and order. A change is on disk or did not happen. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs'
import { isMap, isSeq, parseDocument, type Document } from 'yaml'
import type { Route } from '@bulkhead/door/contracts/start.ts'
import { parseConfig } from './load.ts'
import type { PlatformConfig } from './config.ts'

export interface NewCell {
  readonly id: string
  readonly isp: string
  readonly name: string
  readonly address: string
  readonly portBase: number
  readonly hostName: string
  readonly escrow?: string
}

export const writeDurably = (file: string, text: string, mode: number): void => {
  const beside = `${file}.new`
  const handle = openSync(beside, 'w', mode)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(beside, file)
}

/** Applies `change`, makes sure that the result is a valid configuration, and only then replaces the file. */
const edit = (file: string, change: (document: Document) => void): PlatformConfig => {
  const document = parseDocument(readFileSync(file, 'utf8'))
  change(document)
  const text = document.toString({ lineWidth: 120 })
  const config = parseConfig(text, file)
  writeDurably(file, text, statSync(file).mode & 0o777)
  return config
}

const append = (document: Document, key: string, value: object): void => {
  const list = document.get(key)
  if (isSeq(list)) list.add(document.createNode(value))
  else document.set(key, document.createNode([value]))
}

export const addCell = (file: string, cell: NewCell): PlatformConfig => edit(file, (document) => append(document, 'cells', cell))

/** Puts a route for a domain, in place of one that is there. */
export const putRoute = (file: string, route: Route): PlatformConfig =>
  edit(file, (document) => {
    const list = document.get('routes')
    const at = isSeq(list) ? list.items.findIndex((item) => isMap(item) && item.get('domain') === route.domain) : -1
    if (at < 0) append(document, 'routes', route)
    else document.setIn(['routes', at], document.createNode(route))
  })

export const removeRoute = (file: string, domain: string): PlatformConfig =>
  edit(file, (document) => {
    const list = document.get('routes')
    if (!isSeq(list)) return
    list.items = list.items.filter((item) => !(isMap(item) && item.get('domain') === domain))
  })
