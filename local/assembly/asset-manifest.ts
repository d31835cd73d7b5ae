import { join } from 'node:path';
import { z } from 'zod';

const assetManifest = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string(), packaging: z.enum(['zip', 'file']) }),
        destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })),
      }),
    )
    .default({}),
  dockerImages: z.record(z.string(), z.unknown()).default({}),
});

/** A file or folder that a deployment would upload. */
export interface AssetFile {
  /** Key in the asset bucket, by which the templates name it. */
  readonly objectKey: string;
  readonly path: string;
  /** `zip`: the path is a folder that would be zipped. */
  readonly packaging: 'zip' | 'file';
}

/** @throws Error for container images, which the local cloud cannot run. */
export function readAssets(folder: string, content: unknown): AssetFile[] {
  const { files, dockerImages } = assetManifest.parse(content);
  const [image] = Object.keys(dockerImages);
  if (image !== undefined) throw new Error(`the local cloud cannot run container images (asset ${image})`);
  return Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map(({ objectKey }) => ({
      objectKey,
      path: join(folder, source.path),
      packaging: source.packaging,
    })),
  );
}
