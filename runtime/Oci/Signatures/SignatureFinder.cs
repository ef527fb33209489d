using Tapedeck.Oci.Images;
using Tapedeck.Oci.Layouts;
using Tapedeck.Oci.Signatures.Cosign;

namespace Tapedeck.Oci.Signatures;

/// <summary>
/// Collects what claims to be a signature of an artifact: under cosign's tag, and among the referrers. Tags, indexes and types are written by
/// anybody who may push, so they are places to look and prove nothing.
/// </summary>
internal sealed class SignatureFinder(IRepository repository, Digest digest, VerificationDeadline deadline)
{
    private const int MostSignatures = 64;
    private const int MostBytes = 1024 * 1024;
    private const int MostBytesInAll = 8 * 1024 * 1024;

    private readonly List<FoundSignature> _found = [];
    private readonly List<FailedAttempt> _failed = [];
    private int _room = MostBytesInAll;

    internal IRepository Repository => repository;

    internal Digest Digest => digest;

    internal IReadOnlyList<FoundSignature> Found => _found;

    /// <summary>What is listed and cannot be had or read.</summary>
    internal IReadOnlyList<FailedAttempt> Failed => _failed;

    /// <summary>In both places, as long as there is time. What is found until then is kept.</summary>
    internal Task Look() => InTime(async () =>
    {
        await LookUnderTag();
        await LookAmongReferrers();
    });

    /// <summary>The manifest that a pull chooses where this is an index; null where it is none, or where nothing can be chosen, so that the pull fails.</summary>
    internal async Task<Digest?> Choose()
    {
        Digest? chosen = null;
        await InTime(async () =>
        {
            var where = $"{repository.Name}@{digest}";
            var manifest = await repository.GetManifest(digest.ToString(), deadline.Token);
            chosen = manifest.Value?.Document is ImageIndex index ? IndexChoice.Of(index, where).Value?.Digest : null;
            if (!manifest.IsOk)
            {
                Missing(where, manifest.Error);
            }
        });
        return chosen;
    }

    /// <summary>Every signature may stand as a layer in the one manifest under the digest's tag.</summary>
    private async Task LookUnderTag()
    {
        var tag = $"{digest.Algorithm}-{digest.Hex}.sig";
        if (!Reference.IsTag(tag))
        {
            // Of a SHA-512 digest this would be too long for a tag, so nobody can have pushed one.
            return;
        }
        var where = $"{repository.Name}:{tag}";
        var manifest = await repository.GetManifest(tag, deadline.Token);
        if (!manifest.IsOk)
        {
            Missing(where, manifest.Error);
            return;
        }
        if (manifest.Value.Document is not ImageManifest image)
        {
            Refuse(where, RefusalReason.Malformed, "it is not an image manifest");
            return;
        }
        foreach (var layer in image.Layers.Where(layer => layer.MediaType == SimpleSigning.MediaType))
        {
            if (await Content(layer, SimpleSigning.MostBytes, $"{where}@{layer.Digest}") is { } payload)
            {
                _found.Add(new TagSignature($"{where}@{layer.Digest}", payload, layer.Annotations));
            }
        }
    }

    /// <summary>Bundles and envelopes of notation, each in a manifest that has the artifact as its subject.</summary>
    private async Task LookAmongReferrers()
    {
        var referrers = await repository.GetReferrers(digest, deadline.Token);
        if (!referrers.IsOk)
        {
            Missing($"the referrers of {repository.Name}@{digest}", referrers.Error);
            return;
        }
        if (referrers.Value.Missing is { } missing)
        {
            Missing($"the referrers of {repository.Name}@{digest}", missing);
        }
        if (referrers.Value.Truncated)
        {
            Refuse($"{repository.Name}@{digest}", RefusalReason.TooLarge, $"it has more than {IRepository.MostReferrers} referrers; the others were not looked at");
        }
        foreach (var referrer in referrers.Value.Manifests)
        {
            await Look(referrer);
        }
    }

    private async Task InTime(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (deadline.IsOver)
        {
            var where = $"{repository.Name}@{digest}";
            Missing(where, deadline.Error(where));
        }
    }

    // The type in a list of referrers is not asked: cosign writes a wrong one into the fallback index.
    private async Task Look(Descriptor referrer)
    {
        var where = $"{repository.Name}@{referrer.Digest}";
        var manifest = await repository.GetManifest(referrer.Digest.ToString(), deadline.Token);
        if (!manifest.IsOk)
        {
            Missing(where, manifest.Error, isListed: true);
            return;
        }
        if (manifest.Value.Document is not ImageManifest image)
        {
            return;
        }
        var type = image.ArtifactType ?? image.Config.MediaType;
        var isBundle = SignatureTypes.IsBundle(type);
        if (!isBundle && type != SignatureTypes.Notation)
        {
            return;
        }
        if (image.Subject?.Digest != digest)
        {
            Refuse(where, RefusalReason.WrongDigest, $"its subject is {image.Subject?.Digest.ToString() ?? "nothing"}, not {digest}");
            return;
        }
        if (image.Layers is not [var layer])
        {
            Refuse(where, RefusalReason.Malformed, "a signature has exactly one layer");
            return;
        }
        if (await Content(layer, MostBytes, where) is { } content)
        {
            _found.Add(isBundle ? new BundleSignature(where, content) : new EnvelopeSignature(where, layer.MediaType, content));
        }
    }

    private async Task<byte[]?> Content(Descriptor layer, int most, string where)
    {
        if (_found.Count == MostSignatures || layer.Size > _room)
        {
            Refuse(where, RefusalReason.TooLarge, $"more than {MostSignatures} signatures, or {MostBytesInAll} bytes of them, are not looked at");
            return null;
        }
        var content = await repository.GetBlob(layer, most, deadline.Token);
        if (!content.IsOk)
        {
            Missing(where, content.Error, isListed: true);
            return null;
        }
        _room -= content.Value.Length;
        return content.Value;
    }

    /// <summary>That nothing is there is no failure; the verifier says so once.</summary>
    private void Missing(string where, OciError error, bool isListed = false)
    {
        if (isListed || error.Kind != OciErrorKind.NotFound)
        {
            // Bounded, as the lists that this comes from are: layers of one manifest and referrers.
            _failed.Add(new FailedAttempt(where, "", new Refusal(RefusalReason.NotFetched, error.ToString()), error));
        }
    }

    private void Refuse(string where, RefusalReason reason, string why)
    {
        if (_failed.Count < MostSignatures)
        {
            _failed.Add(new FailedAttempt(where, "", new Refusal(reason, why)));
        }
    }
}
