using System.Collections.Immutable;

namespace Tapedeck.Oci.Images;

/// <summary>
/// A config and layers, in the OCI or in Docker's form.
/// <see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md"/>
/// </summary>
public sealed record ImageManifest(string MediaType, Descriptor Config, ImmutableArray<Descriptor> Layers) : OciDocument(MediaType);
