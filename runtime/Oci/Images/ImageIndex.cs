using System.Collections.Immutable;

namespace Tapedeck.Oci.Images;

/// <summary>
/// A list of manifests, in the OCI or in Docker's form.
/// <see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md"/>
/// </summary>
public sealed record ImageIndex(string MediaType, ImmutableArray<Descriptor> Manifests) : OciDocument(MediaType);
