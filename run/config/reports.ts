/** `reports:` of a cell: reports between mail domains, made for others and taken from them. */
import type { ReportPolicy } from '@bulkhead/door/contracts/start.ts'
import type { MapReader, Reader } from './reader.ts'

export const defaultReports: ReportPolicy = { send: true, addresses: ['dmarc-reports', 'tls-reports', 'fbl', 'abuse'] }

const addressesMax = 20
const localPart = /^[a-z0-9](?:[a-z0-9._+-]{0,62}[a-z0-9])?$/

export const readReports = (cell: MapReader, reader: Reader): ReportPolicy =>
  cell.map('reports', ['send', 'addresses'], (map) => {
    const addresses = map.list('addresses', (place) => reader.textAt(place, localPart, 'what stands before the @ of an address, in small letters'))
    if (addresses.length > addressesMax) map.mistake('addresses', `reports.addresses has ${addresses.length} names; ${addressesMax} are the most`)
    return { send: map.flag('send', defaultReports.send), addresses: map.has('addresses') ? addresses : defaultReports.addresses }
  }) ?? defaultReports
