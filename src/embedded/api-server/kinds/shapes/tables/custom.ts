import type { ShapeTable } from '../language.ts';

/** The fields of CustomResourceDefinitions (Kubernetes v1.36); schemas are read where they are used. */
export const customShapes = {
  CustomResourceDefinition: 'spec!:CustomResourceDefinitionSpec status!:CustomResourceDefinitionStatus',
  CustomResourceDefinitionSpec: `
    group!:s names!:CustomResourceDefinitionNames scope!:s versions!:[CustomResourceDefinitionVersion] conversion?:a preserveUnknownFields:b
  `,
  CustomResourceDefinitionNames: 'plural!:s singular:s shortNames:[s] kind!:s listKind:s categories:[s]',
  CustomResourceDefinitionVersion: `
    name!:s served!:b storage!:b deprecated:b deprecationWarning?:s schema?:CustomResourceValidation subresources?:CustomResourceSubresources
    additionalPrinterColumns:[CustomResourceColumnDefinition] selectableFields:[SelectableField]
  `,
  CustomResourceValidation: 'openAPIV3Schema?:a',
  CustomResourceSubresources: 'status?:a scale?:a',
  CustomResourceColumnDefinition: 'name!:s type!:s format:s description:s priority:i jsonPath!:s',
  SelectableField: 'jsonPath!:s',
  CustomResourceDefinitionStatus: 'conditions!:[CustomResourceDefinitionCondition@type] acceptedNames!:CustomResourceDefinitionNames storedVersions!:[s] observedGeneration:i',
  CustomResourceDefinitionCondition: 'type!:s status!:s lastTransitionTime:t reason:s message:s observedGeneration:i',
} as const satisfies ShapeTable;
