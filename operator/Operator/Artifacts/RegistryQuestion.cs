using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;
using Tapedeck.Oci;
using Tapedeck.Oci.Credentials;
using Tapedeck.Oci.Network;
using Tapedeck.Oci.Registries;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Sigstore;

namespace Tapedeck.Operator.Artifacts;

/// <summary>Asks a registry what a spec stands for, and whether those who are trusted signed it. Pulls no component.</summary>
internal sealed class RegistryQuestion(KubeClient client, Settings settings, TimeProvider time)
{
    /// <summary>For what a tag means, and for its signatures.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    /// <summary>For all, with what the cluster is asked: whatever a registry comes up with, its place among the questions is free then.</summary>
    private static readonly TimeSpan WholeDeadline = TimeSpan.FromMinutes(3);

    /// <summary>A small part of the time that a root is believed for.</summary>
    private static readonly TimeSpan ConfirmedAfter = TimeSpan.FromDays(30);

    internal async Task<Resolution> AskAsync(ResolveRequest request, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(WholeDeadline, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await AskInTimeAsync(request, both.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Failed(new RetryableError(OciErrorKind.Unreachable, $"took longer than {WholeDeadline.TotalSeconds} s", request.Source.Repository, "try later, and look at the registry if it lasts"));
        }
    }

    private async Task<Resolution> AskInTimeAsync(ResolveRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var source = SourceOf.Registry(request.Source);
            if (!source.IsOk)
            {
                return Failed(source.Error);
            }
            var (options, problem) = await OptionsAsync(request, cancellationToken);
            if (problem is not null)
            {
                return problem;
            }
            using var puller = new Puller(options!, null);
            var resolved = await puller.Resolve(source.Value, cancellationToken);
            return resolved.IsOk ? await VerifiedAsync(request, puller, resolved.Value, cancellationToken) : Failed(resolved.Error);
        }
        catch (ApiException error)
        {
            return new Resolution.Failed(ResolutionFailure.NotResolved, Tools.Reasons.ApiUnavailable, error.Message, IsRetryable: true);
        }
    }

    private async Task<Resolution> VerifiedAsync(ResolveRequest request, Puller puller, ResolvedSource resolved, CancellationToken cancellationToken)
    {
        var artifact = new Artifact(request.Source.Repository, resolved.Tag, resolved.Digest.ToString(), request.Inputs, []);
        if (request.Verify is not { } spec)
        {
            return new Resolution.Found(artifact);
        }
        var repository = puller.Open(resolved.Pinned)!;
        var (root, missing) = await RootAsync(request, spec, cancellationToken);
        if (missing is not null)
        {
            return missing;
        }
        if (Trust.Of(spec, root, out var problem) is not { } policy)
        {
            return new Resolution.Failed(ResolutionFailure.NotVerified, Tools.Reasons.InvalidTrust, problem, IsRetryable: false);
        }
        var verification = await new Verifier(time) { Deadline = Deadline }.Verify(repository, resolved.Digest, policy, cancellationToken);
        var verified = artifact with
        {
            Digest = verification.Digest.ToString(),
            Signers = Trust.SignersOf(spec, verification, isToolBelieved: false),
            TrustedRootHash = spec.NeedsTrustedRoot && spec.TrustedRootConfigMap is null ? settings.TrustedRootHash : null,
            TrustedRootObtainedAt = spec.NeedsTrustedRoot || spec.TrustedRootConfigMap is not null ? root?.ObtainedAt : null,
        };
        if (!verification.IsVerified)
        {
            return new Resolution.Failed(
                ResolutionFailure.NotVerified,
                Tools.Reasons.NotVerified,
                verification.WhyNone($"{repository.Name}@{resolved.Digest}"),
                verification.Retry is not null);
        }
        if (resolved.Tag is not null && verification.Digest == resolved.Digest)
        {
            // Who signed an index may have signed the manifests in it as well, so that one of them comes back without it.
            var chosen = await puller.Choose(resolved, cancellationToken);
            if (!chosen.IsOk)
            {
                return Failed(chosen.Error);
            }
            verified = chosen.Value == resolved.Digest ? verified : verified with { Manifest = chosen.Value.ToString() };
        }
        return new Resolution.Found(verified) { Notices = verification.Notices };
    }

    private async Task<(TrustedRoot?, Resolution?)> RootAsync(ResolveRequest request, VerifySpec spec, CancellationToken cancellationToken)
    {
        if (spec.TrustedRootConfigMap is not { } name)
        {
            return (settings.TrustedRoot is { } installed ? TrustedRoot.Read(Encoding.UTF8.GetBytes(installed), InstalledAt(request.Recorded), out _) : null, null);
        }
        var map = await client.GetAsync(Kinds.ConfigMaps, new(request.Namespace, name), cancellationToken);
        if (map?.Find("data").Text(Children.ConfigMapChildren.RootKey) is not { } json)
        {
            return (null, Missing(ResolutionFailure.NotVerified, Tools.Reasons.MissingConfigMap, "ConfigMap", name, Children.ConfigMapChildren.RootKey));
        }
        var root = TrustedRoot.Read(Encoding.UTF8.GetBytes(json), ChangedAt(map), out var problem);
        return root is null
            ? (null, new Resolution.Failed(ResolutionFailure.NotVerified, Tools.Reasons.InvalidTrust, $"the ConfigMap {name}: {problem}", IsRetryable: false))
            : (root, null);
    }

    /// <summary>
    /// The installer's root is mounted anew with each pod of the operator. The same one is confirmed by that, but not each time: it would have every tool that is verified by it written anew.
    /// </summary>
    private DateTimeOffset InstalledAt(Artifact? recorded) =>
        recorded is { TrustedRootObtainedAt: { } at } && recorded.TrustedRootHash == settings.TrustedRootHash && settings.TrustedRootObtainedAt - at < ConfirmedAfter ? at : settings.TrustedRootObtainedAt;

    private async Task<(PullOptions?, Resolution?)> OptionsAsync(ResolveRequest request, CancellationToken cancellationToken)
    {
        var logins = new List<LoginList>();
        foreach (var name in request.Source.PullSecrets)
        {
            if (await LoginsAsync(new(request.Namespace, name), cancellationToken) is not { } json)
            {
                return (null, Missing(ResolutionFailure.NotResolved, Tools.Reasons.MissingSecret, "Secret", name, string.Join(" or ", DockerConfig.SecretKeys)));
            }
            var read = DockerConfig.Parse(json, $"Secret {name}");
            if (!read.IsOk)
            {
                return (null, Failed(read.Error));
            }
            logins.Add(read.Value);
        }
        var (authorities, problem) = await AuthoritiesAsync(request, cancellationToken);
        var registry = new RegistryOptions
        {
            PlainHttp = request.Source.PlainHttp,
            Authorities = authorities,
            TokenHosts = [.. settings.TokenHosts.Where(each => each.Registry == request.Source.Registry).Select(each => each.Host)],
            Mirrors = [.. settings.Mirrors.Where(each => each.Registry == request.Source.Registry).Select(each => new Mirror(each.Host))],
        };
        return problem is not null ? (null, problem) : (new PullOptions
        {
            Addresses = new AddressRules([], settings.RegistryRanges.Select(range => IPNetwork.Parse(range.ToString()))),
            Logins = LoginList.Join(logins),
            Registries = ImmutableDictionary<string, RegistryOptions>.Empty.Add(request.Source.Registry, registry),
            Proxies = settings.Proxies.IsEmpty ? ProxySettings.FromEnvironment(Environment.GetEnvironmentVariable) : settings.Proxies.ForRegistries,
            Deadline = Deadline,
            MostTries = 2,
            Time = time,
        }, null);
    }

    private async Task<(X509Certificate2Collection?, Resolution?)> AuthoritiesAsync(ResolveRequest request, CancellationToken cancellationToken)
    {
        if (request.Source.CertificateConfigMap is not { } name)
        {
            return (null, null);
        }
        if (await ConfigMapKeyAsync(new(request.Namespace, name), "ca.crt", cancellationToken) is not { } pem)
        {
            return (null, Missing(ResolutionFailure.NotResolved, Tools.Reasons.MissingConfigMap, "ConfigMap", name, "ca.crt"));
        }
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            authorities.Clear();
        }
        return authorities.Count > 0 ? (authorities, null)
            : (null, new Resolution.Failed(ResolutionFailure.NotResolved, Tools.Reasons.InvalidCertificate, $"the key ca.crt of the ConfigMap {name} holds no certificates in PEM; put them there", IsRetryable: false));
    }

    private async Task<byte[]?> LoginsAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var secret = await client.GetAsync(Kinds.Secrets, key, cancellationToken);
        return DockerConfig.SecretKeys.Select(name => secret?.Find("data", name))
            .Select(value => value is { ValueKind: System.Text.Json.JsonValueKind.String } text && text.TryGetBytesFromBase64(out var bytes) ? bytes : null)
            .FirstOrDefault(bytes => bytes is not null);
    }

    private async Task<string?> ConfigMapKeyAsync(ObjectKey key, string name, CancellationToken cancellationToken)
    {
        var map = await client.GetAsync(Kinds.ConfigMaps, key, cancellationToken);
        return map?.Find("data").Text(name);
    }

    /// <summary>When somebody changed any field of it last: whoever gets the same root again can say so by an annotation. Where nothing tells, long ago.</summary>
    private static DateTimeOffset ChangedAt(KubeObject map) =>
        map.Find("metadata").Items("managedFields").Select(entry => entry.Time("time")).Append(map.Metadata.CreationTimestamp).Max() ?? DateTimeOffset.MinValue;

    private static Resolution.Failed Failed(OciError error) => new(ResolutionFailure.NotResolved, error.Kind.ToString(), error.ToString(), error is RetryableError);

    private static Resolution.Failed Missing(ResolutionFailure failure, string reason, string kind, string name, string key) =>
        new(failure, reason, $"there is no {kind} {name} with the key {key} in this namespace; create it, or name another one", IsRetryable: true);
}
