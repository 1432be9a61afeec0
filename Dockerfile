# The image only calls the project's own scripts, which CI runs on a plain machine.
FROM swift:6.3-bookworm AS build
WORKDIR /src
COPY . .
RUN deploy/install.sh /opt/seam

FROM debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends \
        libsqlite3-0 zlib1g libstdc++6 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/seam /usr/local
RUN useradd --system --create-home --home-dir /var/lib/seam seam
USER seam
VOLUME /var/lib/seam
# In open mode the service listens on loopback only: run with --network host.
CMD ["seam", "serve", "--data-dir", "/var/lib/seam"]
