/**
 * Elements of mail. `shown` stand as they are; `wholly` go with all that is in them; every other (unknown ones, forms, `center` of a
 * writer's own invention) gives way to its content. Nothing here switches a parser out of its ordinary state: no raw text, no foreign content.
 */
const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

export const shownElements = words(`
  a abbr acronym address article aside b bdi bdo big blockquote br center cite code col colgroup dd del details dfn dir div dl dt em figcaption
  figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark menu nav ol p pre q rp rt ruby s samp section small span strike
  strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr caption`)

export const droppedElements = words(`
  script style svg math template object embed applet iframe frame frameset noframes noembed audio video canvas link meta base title input select
  textarea option optgroup datalist output progress meter dialog slot portal fencedframe map area bgsound keygen param source track xml
  selectedcontent`)

export const voidElements = words('br col hr img wbr')

/** Elements that begin on a line of their own. */
export const blockElements = words(`
  address article aside blockquote center dd details dir div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre
  section summary table tr ul caption`)

/** Shown as what browsers make of them. */
export const standIns: ReadonlyMap<string, string> = new Map([['xmp', 'pre'], ['listing', 'pre'], ['plaintext', 'pre']])
