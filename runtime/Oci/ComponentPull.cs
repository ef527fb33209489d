using Tapedeck.Oci.Images;
using Tapedeck.Oci.Layouts;
using Tapedeck.Oci.Storage;

namespace Tapedeck.Oci;

/// <summary>One pull from a repository: manifest, perhaps through an index, then the layers of its layout. The store is asked before the repository.</summary>
internal sealed class ComponentPull(PullOptions options, ContentStore? store, IRepository repository, string where, IProgress<PullProgress>? progress)
{
    private readonly List<Digest> _blobs = [];

    /// <summary>The manifest itself or, of an index, the one that is chosen from it.</summary>
    internal async Task<Outcome<ManifestContent>> Choose(Digest digest, CancellationToken cancellationToken)
    {
        var manifest = await GetManifest(digest, cancellationToken);
        if (!manifest.IsOk || manifest.Value.Document is not ImageIndex index)
        {
            return manifest;
        }
        var choice = IndexChoice.Of(index, where);
        return choice.IsOk ? await GetManifest(choice.Value.Digest, cancellationToken) : choice.Error;
    }

    internal async Task<Outcome<PulledComponent>> Run(Digest digest, CancellationToken cancellationToken)
    {
        var manifest = await Choose(digest, cancellationToken);
        if (!manifest.IsOk)
        {
            return manifest.Error;
        }
        if (manifest.Value.Document is not ImageManifest image)
        {
            return new TerminalError(OciErrorKind.Unsupported, "the index leads to another index", where, "name the manifest by its digest");
        }
        var layout = ComponentLayout.Of(image, options.ContainerImages, where);
        if (!layout.IsOk)
        {
            return layout.Error;
        }
        var bytes = layout.Value.Kind == LayoutKind.ContainerImage
            ? await GetFromImage(layout.Value, cancellationToken)
            : await GetBlob(layout.Value.Layers[0], options.MostComponentBytes, cancellationToken);
        if (!bytes.IsOk)
        {
            return bytes.Error;
        }
        if (ComponentBytes.Problem(bytes.Value, where) is { } problem)
        {
            return problem;
        }
        var claims = await GetClaims(image, layout.Value, cancellationToken);
        return !claims.IsOk ? claims.Error : new PulledComponent
        {
            Bytes = bytes.Value,
            ContentDigest = Digest.Sha256(bytes.Value),
            Digest = digest,
            Manifest = manifest.Value.Digest,
            Layout = layout.Value.Kind,
            Blobs = _blobs,
            Claims = claims.Value,
        };
    }

    private async Task<Outcome<ManifestContent>> GetManifest(Digest digest, CancellationToken cancellationToken)
    {
        _blobs.Add(digest);
        if (store is not null && await store.Read(digest, DocumentLimits.ManifestBytes, cancellationToken) is { } stored)
        {
            return ManifestChecks.Accept(stored, null, digest, where);
        }
        var manifest = await repository.GetManifest(digest.ToString(), cancellationToken);
        return manifest.IsOk && store is not null && await store.Add(digest, manifest.Value.Bytes, cancellationToken) is { } error ? error : manifest;
    }

    private async Task<Outcome<byte[]>> GetBlob(Descriptor descriptor, int limit, CancellationToken cancellationToken)
    {
        _blobs.Add(descriptor.Digest);
        if (descriptor.Size > limit || descriptor.Data is not null)
        {
            return await repository.GetBlob(descriptor, limit, cancellationToken);
        }
        if (store is null)
        {
            using var memory = new MemoryStream((int)descriptor.Size);
            return await Copy(descriptor, memory, cancellationToken) is { } failure ? failure : memory.ToArray();
        }
        // Tools that share a component of a repository and start together pull it once.
        using var turn = await store.Turns.Wait(repository.Name, descriptor.Digest, cancellationToken);
        if (store.Has(descriptor) && await store.Read(descriptor.Digest, limit, cancellationToken) is { } stored)
        {
            return stored;
        }
        byte[]? content = null;
        var error = await store.Add(descriptor.Digest, async stream =>
        {
            if (await Copy(descriptor, stream, cancellationToken) is { } failure)
            {
                return failure;
            }
            content = new byte[stream.Length];
            stream.Position = 0;
            await stream.ReadExactlyAsync(content, cancellationToken);
            return null;
        });
        return error is not null ? error : content!;
    }

    private async Task<OciError?> Copy(Descriptor descriptor, Stream destination, CancellationToken cancellationToken)
    {
        if (progress is null || descriptor.Size < PullProgress.Least)
        {
            return await repository.CopyBlob(descriptor, destination, cancellationToken);
        }
        await using var watched = new WatchedStream(destination, written => progress.Report(new PullProgress(descriptor.Digest, written, descriptor.Size)));
        return await repository.CopyBlob(descriptor, watched, cancellationToken);
    }

    private async Task<Outcome<byte[]>> GetFromImage(ComponentLayout layout, CancellationToken cancellationToken)
    {
        var files = new ImageLayer(options, where);
        foreach (var layer in layout.Layers)
        {
            var packed = await GetBlob(layer, options.MostComponentBytes, cancellationToken);
            if (!packed.IsOk)
            {
                return packed.Error;
            }
            using var content = new MemoryStream(packed.Value, writable: false);
            if (files.Apply(layer, content) is { } error)
            {
                return error;
            }
        }
        return files.TheOnlyFile();
    }

    private async Task<Outcome<PublisherClaims>> GetClaims(ImageManifest image, ComponentLayout layout, CancellationToken cancellationToken)
    {
        WasmConfig? config = null;
        if (image.Config.MediaType == MediaTypes.WasmConfig && image.Config.Size <= WasmConfig.MostBytes)
        {
            var blob = await GetBlob(image.Config, WasmConfig.MostBytes, cancellationToken);
            if (!blob.IsOk)
            {
                return blob.Error;
            }
            config = WasmConfig.Read(blob.Value);
        }
        if (layout.Policy is null)
        {
            return new PublisherClaims(image.Annotations, config, null);
        }
        var policy = await GetBlob(layout.Policy, PublisherClaims.MostPolicyBytes, cancellationToken);
        return policy.IsOk ? new PublisherClaims(image.Annotations, config, policy.Value) : policy.Error;
    }
}
