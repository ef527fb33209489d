using Tapedeck.Manifest;
using Tapedeck.Oci;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Sigstore;

namespace Tapedeck.Server.Loading;

/// <summary>Whether an artifact may be used, by the signatures that its WasmTool asks for and those that this machine does. Both have to be content.</summary>
internal sealed class SignatureGate(Services services)
{
    /// <summary>Null where nobody asked for a signature; a failure where it may not be used.</summary>
    internal async Task<(Verification? Verification, LoadFailure? Failure)> VerifyAsync(WasmTool tool, Source source, Puller puller, Digest digest, CancellationToken cancellationToken)
    {
        var repository = puller.Open(source);
        Verification? ofTool = null;
        if (tool.Spec.Verify is { } spec)
        {
            if (repository is null)
            {
                return (null, Refuse($"{source}: a file has no signatures; take away spec.verify, or serve the component from a registry or an image layout"));
            }
            (ofTool, var failure) = await VerifyAsync(repository, digest, spec.TrustedRootConfigMap is not null || spec.NeedsTrustedRoot, spec.TrustedRootConfigMap, root => (Trust.Of(spec, root, out var why), why), cancellationToken);
            if (failure is not null)
            {
                return (ofTool, failure);
            }
        }
        // A file is named by its digest, by whoever uses it.
        if (services.TrustPolicy is not { } trust || repository is null)
        {
            return (ofTool, null);
        }
        var (ofMachine, refused) = await VerifyAsync(repository, digest, trust.NeedsTrustedRoot, null, root => (trust.With(root, out var why), why), cancellationToken);
        return (Both(ofTool, ofMachine), refused);
    }

    /// <summary>Whether a missing signature is a reason not to use what comes from there.</summary>
    internal bool AsksFor(WasmTool tool, Source source) =>
        tool.Spec.Verify is not null || (source is Source.Registry registry && services.TrustPolicy?.ModeFor(registry.Reference.Name) == SignatureMode.Require);

    private async Task<(Verification?, LoadFailure?)> VerifyAsync(
        IRepository repository, Digest digest, bool needsRoot, string? configMap, Func<TrustedRoot?, (VerificationPolicy? Policy, string Problem)> policyOf, CancellationToken cancellationToken)
    {
        TrustedRoot? root = null;
        if (needsRoot)
        {
            if (services.Mounts.TrustedRoot(configMap, out var missing) is not { } mounted)
            {
                return (null, Refuse(missing, isRetryable: true));
            }
            root = TrustedRoot.Read(mounted.Json, mounted.ObtainedAt, out var unreadable);
            if (root is null)
            {
                return (null, Refuse($"the trusted root{(configMap is null ? "" : $" of the ConfigMap {configMap}")}: {unreadable}"));
            }
        }
        var (policy, problem) = policyOf(root);
        if (policy is null)
        {
            return (null, Refuse(problem));
        }
        var verification = await services.Verifier.Verify(repository, digest, policy, cancellationToken);
        var none = verification.WhyNone($"{repository.Name}@{digest}");
        if (!verification.IsAllowed)
        {
            return (verification, Refuse(none, verification.Retry is not null));
        }
        return (verification.Mode == SignatureMode.Warn && !verification.IsVerified ? verification with { Notices = verification.Notices.Add(none) } : verification, null);
    }

    private static Verification? Both(Verification? one, Verification? other) => one is null || other is null ? one ?? other : one with
    {
        Signatures = [.. one.Signatures.Concat(other.Signatures).Distinct()],
        Attempts = [.. one.Attempts, .. other.Attempts],
        Notices = [.. one.Notices.Concat(other.Notices).Distinct()],
    };

    private static LoadFailure Refuse(string why, bool isRetryable = false) => new(LoadFailure.NotVerified, why, isRetryable);
}
