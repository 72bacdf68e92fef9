// Writes escape_vectors.json: what @actions/core prints for texts that need escaping.
//   npm install @actions/core && node escape_vectors.mjs > escape_vectors.json
import * as core from '@actions/core'

const texts = [
  'plain', 'a,b:c', '100%', '%0A', 'one\ntwo', 'one\r\ntwo', 'one\rtwo', '::error::x', '##[error]x',
  'x::y', ' leading', 'trailing ', 'tab\there', 'a=b', '"quoted"', 'é…😀', '%25', ',', ':', 'a\u202eb'
]

const vectors = []
const write = process.stdout.write.bind(process.stdout)
for (const text of texts) {
  let printed = ''
  process.stdout.write = chunk => ((printed += chunk), true)
  core.error(text, { title: text, file: text, startLine: 3, startColumn: 7 })
  process.stdout.write = write
  vectors.push([text, printed])
}
write(JSON.stringify(vectors, null, 1) + '\n')
