# The image of manifests/: the program as it is in this repository (Node runs TypeScript by itself), the real `openstack`
# client for fence-scripts/openstack, and an init that collects killed scripts. Runs as any user, root file system read-only.
#
#   docker build -t registry.example.com/evenkeel:0.1.0 .
#
# For other devices add their client in an image of your own: FROM this one.
FROM node:26-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The base brings Node: the one among the optional packages is for people without it.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:26-bookworm-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3-openstackclient tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY bin ./bin
COPY src ./src
COPY strategies ./strategies
COPY fence-scripts ./fence-scripts
# For `evenkeel demo`.
COPY manifests/base/crd.yaml ./manifests/base/crd.yaml
# Small semi-spaces (MiB): most of what a list brings dies young, and need not lie around for long.
# A fence script that group or others may write is refused: whoever writes it holds the power switch.
RUN chmod -R go-w /app \
 && printf '#!/bin/sh\nexec tini -g -- node --max-semi-space-size=8 /app/bin/evenkeel.mjs "$@"\n' > /usr/local/bin/evenkeel \
 && chmod 0755 /usr/local/bin/evenkeel
USER 65532:65532
ENTRYPOINT ["evenkeel"]
