FROM node:22-slim AS web
WORKDIR /web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --ignore-scripts

FROM python:3.12-slim
WORKDIR /src
COPY . .
COPY --from=web /web/node_modules web/node_modules
RUN mkdir -p graph/web/static/vendor \
 && tail -n +2 graph/web/vendor.tsv | while IFS="$(printf '\t')" read -r name from; do \
      cp "web/node_modules/$from" "graph/web/static/vendor/$name"; done \
 && pip install --no-cache-dir . && rm -rf /src
WORKDIR /data
ENV BEAMGRAPH_DATA_DIR=/data
ENTRYPOINT ["beamgraph"]
CMD ["serve"]
