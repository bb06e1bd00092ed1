# syntax=docker/dockerfile:1
FROM node:22-slim AS web
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --ignore-scripts

# The image has the Python that the tests run on, and the versions of locks/.
FROM python:3.11-slim AS wheel
WORKDIR /src
COPY locks/build.txt locks/
RUN --mount=type=cache,target=/root/.cache/pip pip install --require-hashes -r locks/build.txt
COPY . .
COPY --from=web /web/node_modules web/node_modules
RUN python tools/web.py --installed \
 && pip wheel --no-deps --no-build-isolation --wheel-dir /wheels .

FROM python:3.11-slim
COPY locks/run.txt /tmp/
RUN --mount=type=cache,target=/root/.cache/pip pip install --require-hashes -r /tmp/run.txt
COPY --from=wheel /wheels /tmp/wheels
RUN pip install --no-deps /tmp/wheels/*.whl \
 && useradd --uid 10001 --home-dir /data --no-create-home beamgraph \
 && install -d -o beamgraph -g beamgraph -m 0700 /data
USER beamgraph
WORKDIR /data
VOLUME /data
ENV BEAMGRAPH_DATA_DIR=/data
# No EXPOSE: the API listens on loopback only, so the container shares the network of its host
# (docker run --network host), and nobody but that host reaches it.
HEALTHCHECK --start-period=60s CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ.get(\"BEAMGRAPH_PORT\", 8000)}/health')"]
ENTRYPOINT ["beamgraph"]
CMD ["serve"]
