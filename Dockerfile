# For those who have a container engine; `make image` builds the same programs without one, reproducibly and with an SBOM.
#   docker build --target runtime -t tapedeck/runtime .
#   docker build --target operator -t tapedeck/operator .
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN for project in runtime/Server operator/Operator; do \
      dotnet publish $project --configuration Release --use-current-runtime --no-self-contained --output /out/$(basename $project) \
        -p:PublishReadyToRun=true -p:NuGetLockFilePath=/out/$(basename $project).lock.json -p:RunAnalyzers=false \
        -p:GenerateDocumentationFile=false -p:DebugType=none -p:SatelliteResourceLanguages=en || exit 1; \
    done

# No shell, no package manager; certificates are there, and no time zones, which no program of ours looks up.
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled AS base
USER 65532:65532
ENV DOTNET_EnableDiagnostics=0
WORKDIR /

FROM base AS operator
ENV DOTNET_GCgen0size=200000 MALLOC_ARENA_MAX=2
COPY --from=build /out/Operator /app
ENTRYPOINT ["/app/tapedeck-operator"]

FROM base AS runtime
ENV DOTNET_GCgen0size=400000
COPY --from=build /out/Server /app
ENTRYPOINT ["/app/tapedeck"]
