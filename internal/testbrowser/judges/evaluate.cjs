// Reads a list of {expression, resource} and writes what each expression, in
// FHIRPath, gives for %resource.
const fs = require('fs');
const path = require('path');

const [root] = process.argv.slice(2);
const fhirpath = require(path.join(root, 'fhirpath'));
const model = require(path.join(root, 'fhirpath/fhir-context/r4'));
const compiled = new Map();
const results = JSON.parse(fs.readFileSync(0)).map(({ expression, resource }) => {
  if (!compiled.has(expression)) compiled.set(expression, fhirpath.compile(expression, model));
  return compiled.get(expression)(resource, { resource });
});
process.stdout.write(JSON.stringify(results));
