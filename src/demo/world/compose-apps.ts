/** What is inside a compose app (docs/api.md §2.5, "Compose app content of a target"). */
import type { Seed } from '../random';

const FILES: Partial<Record<string, readonly string[]>> = {
  shellhttpd: ['docker-compose.yml', 'Dockerfile', 'httpd.sh'],
  mosquitto: ['docker-compose.yml', 'mosquitto.conf'],
  telemetry: ['docker-compose.yml', 'telemetry.json'],
};

function services(app: string, repository: string, digest: string): Record<string, unknown> {
  const image = `${repository}@sha256:${digest}`;
  switch (app) {
    case 'shellhttpd':
      return {
        httpd: {
          image,
          restart: 'always',
          volumes: ['/var/run/secrets:/home/shellhttpd/'],
          ports: ['8080:8080'],
          environment: { MSG: '${MSG-Hello world}' },
        },
      };
    case 'mosquitto':
      return {
        broker: {
          image: `docker.io/library/eclipse-mosquitto@sha256:${digest}`,
          restart: 'unless-stopped',
          ports: ['1883:1883'],
          volumes: ['./mosquitto.conf:/mosquitto/config/mosquitto.conf:ro'],
        },
      };
    default:
      return { agent: { image, restart: 'always', environment: { INTERVAL: '60' }, network_mode: 'host' } };
  }
}

/** The answer of `compose-apps/<app>/`. */
export function composeApp(seed: Seed, app: string, uri: string): Record<string, unknown> {
  const repository = uri.slice(0, uri.indexOf('@'));
  const own = seed.child(uri);
  return {
    uri,
    error: '',
    warnings: [],
    manifest: {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      annotations: { 'compose-app': 'v1' },
      config: {
        mediaType: 'application/vnd.fio+compose-app-config+json',
        digest: `sha256:${own.hex(64, 'config')}`,
        size: 2,
      },
      layers: [
        {
          mediaType: 'application/octet-stream',
          digest: `sha256:${own.hex(64, 'layer')}`,
          size: 700 + own.below(900, 'size'),
        },
      ],
    },
    content: {
      files: FILES[app] ?? ['docker-compose.yml'],
      compose_spec: { version: '3.2', services: services(app, repository, own.hex(64, 'image')) },
    },
  };
}

/** The answer when the app cannot be read; it still says something (docs/api.md §2.5). */
export function brokenComposeApp(uri: string): Record<string, unknown> {
  return {
    uri,
    error: 'Unable to read the app manifest',
    warnings: ['The compose file uses the obsolete attribute "version"'],
    manifest: null,
    content: { files: null, compose_spec: null },
  };
}
