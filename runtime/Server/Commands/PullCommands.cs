using System.CommandLine;
using System.Globalization;
using Tapedeck.Manifest;
using Tapedeck.Manifest.Specs;
using Tapedeck.Oci;
using Tapedeck.Oci.Signatures;
using Tapedeck.Oci.Signatures.Sigstore;
using Tapedeck.Oci.Storage;
using Tapedeck.Policy.Writing;
using Tapedeck.Server.Loading;
using Tapedeck.Server.Serving;

namespace Tapedeck.Server.Commands;

/// <summary><c>tapedeck pull</c> and <c>tapedeck verify</c>: what comes from a registry, before anything of it runs.</summary>
internal static class PullCommands
{
    private static readonly Option<string?> To = new("--to") { Description = "Write the component to this file." };
    private static readonly Option<string[]> Keys = new("--key") { Description = "A file with a public key of cosign in PEM; may be given again. With --trusted-root its signatures have to be in the transparency log." };
    private static readonly Option<string?> Issuer = new("--certificate-oidc-issuer") { Description = "The issuer of a signing identity." };
    private static readonly Option<string?> Identity = new("--certificate-identity") { Description = "The signing identity, exactly." };
    private static readonly Option<string?> Authority = new("--notation-ca") { Description = "A file with the certificate of an authority of Notary Project." };
    private static readonly Option<string?> Subject = new("--notation-subject") { Description = "What the subject of the signing certificate has to contain, such as C=US, ST=WA, O=Acme." };

    private static readonly Option<string[]> SignedAs = new("--signed-as") { Description = "A repository that signatures may name besides the one that is verified, for what was copied from there; may be given again." };

    /// <summary>Whether an option is for nothing without another one, so that no configuration adds it alone, which names it for other commands.</summary>
    internal static bool IsForNothingAlone(ParseResult commandLine, Option option, out Option other)
    {
        other = Shared.TrustPolicy;
        return option == Shared.TrustedRoot && commandLine.CommandResult.Command.Options.Contains(To);
    }

    internal static Command MakePull()
    {
        var command = new Command("pull", "Pull a component by reference, checking every byte against its digest.")
        {
            ComponentArgument.Component, ComponentArgument.Sha256, To, Shared.TrustedRoot, Shared.TrustPolicy, Shared.Cache, Output.Format,
        };
        RegistryArguments.AddTo(command);
        command.SetAction(PullAsync);
        return command;
    }

    internal static Command MakeVerify()
    {
        var command = new Command("verify", "Verify the signatures of a component.")
        {
            ComponentArgument.Component, ComponentArgument.Sha256, Keys, Issuer, Identity, Authority, Subject, SignedAs, Shared.TrustedRoot, Shared.TrustPolicy, Output.Format,
        };
        RegistryArguments.AddTo(command);
        command.SetAction(VerifyAsync);
        return command;
    }

    private static async Task<int> PullAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (ComponentArgument.Parse(arguments, out var problem) is not { } spec)
        {
            return await Session.Fail(problem, ExitCodes.Usage);
        }
        if (arguments.GetValue(Shared.TrustedRoot) is not null && arguments.GetValue(Shared.TrustPolicy) is null)
        {
            return await Session.Fail($"{Shared.TrustedRoot.Name} goes with {Shared.TrustPolicy.Name}, which says whose signatures are asked for; give both", ExitCodes.Usage);
        }
        var source = SourceOf.Spec(spec, Environment.CurrentDirectory);
        var store = Shared.CacheOf(arguments, isPod: false) is { } cache ? Runtime.OpenStore(cache, TimeProvider.System) : null;
        using var puller = await PullerOfAsync(arguments, spec, store, cancellationToken);
        var pulled = source.IsOk ? await PullProgressBars.ShowAsync(progress => puller.Pull(source.Value, progress, cancellationToken)) : source.Error;
        if (!pulled.IsOk)
        {
            return await Session.Fail(pulled.Error.ToString(), pulled.Error is RetryableError ? ExitCodes.Unavailable : ExitCodes.Failed);
        }
        if (await RefuseAsync(arguments, puller, source.Value!, pulled.Value.Digest, cancellationToken) is { } refused)
        {
            return refused;
        }
        if (arguments.GetValue(To) is { } file)
        {
            await WriteAsync(file, pulled.Value.Bytes, cancellationToken);
        }
        var facts = new MappingBuilder()
            .Text("digest", pulled.Value.Digest.ToString())
            .Text("contentDigest", pulled.Value.ContentDigest.ToString())
            .Plain("bytes", $"{pulled.Value.Bytes.Length}")
            .Text("layout", pulled.Value.Layout.ToString())
            .Build();
        if (!Output.TryWrite(arguments, facts))
        {
            await Console.Out.WriteLineAsync($"{source.Value}\n{pulled.Value.Digest}, {pulled.Value.Bytes.Length} bytes, {pulled.Value.Layout}");
        }
        return ExitCodes.Success;
    }

    /// <summary>Looks for the signatures that the trust policy asks for.</summary>
    /// <returns>The exit code where the component may not be used.</returns>
    private static async Task<int?> RefuseAsync(ParseResult arguments, Puller puller, Source source, Digest digest, CancellationToken cancellationToken)
    {
        if (Shared.TrustPolicyOf(arguments) is null || puller.Open(source) is not { } repository)
        {
            return null;
        }
        if (PolicyOf(arguments, out var problem) is not { } policy)
        {
            return await Session.Fail(problem, ExitCodes.Usage);
        }
        var verification = await new Verifier(TimeProvider.System).Verify(repository, digest, policy, cancellationToken);
        if (verification.Mode == SignatureMode.None || verification.IsVerified)
        {
            return null;
        }
        var code = verification.Retry is not null ? ExitCodes.Unavailable : ExitCodes.Failed;
        await Session.Fail(verification.WhyNone($"{digest}"), code);
        return verification.IsAllowed ? null : code;
    }

    private static async Task WriteAsync(string file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllBytesAsync(file, bytes, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--to {file} cannot be written ({StartException.Reason(exception)}); name a file in a folder that is there and that this user may write to");
        }
    }

    private static async Task<int> VerifyAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (ComponentArgument.Parse(arguments, out var problem) is not { } spec)
        {
            return await Session.Fail(problem, ExitCodes.Usage);
        }
        var source = SourceOf.Spec(spec, Environment.CurrentDirectory);
        if (!source.IsOk)
        {
            return await Session.Fail(source.Error.ToString(), ExitCodes.Usage);
        }
        using var puller = await PullerOfAsync(arguments, spec, null, cancellationToken);
        if (puller.Open(source.Value) is not { } repository)
        {
            return await Session.Fail("a file has no signatures; name a registry or an image layout", ExitCodes.Usage);
        }
        if (PolicyOf(arguments, out problem) is not { } policy)
        {
            return await Session.Fail(problem, ExitCodes.Usage);
        }
        if (policy.RuleFor(repository.Name).Mode == SignatureMode.None)
        {
            return await Session.Fail($"the trust policy asks for no signature of {repository.Name}; add a rule that does, or name the signer", ExitCodes.Usage);
        }
        var resolved = await puller.Resolve(source.Value, cancellationToken);
        if (!resolved.IsOk)
        {
            return await Session.Fail(resolved.Error.ToString(), resolved.Error is RetryableError ? ExitCodes.Unavailable : ExitCodes.Failed);
        }
        var verification = await new Verifier(TimeProvider.System).Verify(repository, resolved.Value.Digest, policy, cancellationToken);
        Print(arguments, verification);
        return verification.IsVerified ? ExitCodes.Success : verification.Retry is not null ? ExitCodes.Unavailable : ExitCodes.Failed;
    }

    private static void Print(ParseResult arguments, Verification verification)
    {
        var digest = verification.Digest;
        var attempts = verification.IsVerified ? [] : verification.Attempts.Select(attempt => attempt.ToString()).ToArray();
        var node = new MappingBuilder()
            .Text("digest", digest.ToString())
            .Plain("verified", verification.IsVerified ? "true" : "false")
            .Nodes("signatures", verification.Signatures.Select(signature => new MappingBuilder()
                .Text("form", signature.Form)
                .Text("signer", signature.Signer.ToString())
                .Text("signedAt", signature.SignedAt?.ToString("O", CultureInfo.InvariantCulture))
                .Build()))
            .Texts("attempts", attempts)
            .Texts("notices", verification.Notices)
            .Build();
        if (Output.TryWrite(arguments, node))
        {
            return;
        }
        foreach (var signature in verification.Signatures)
        {
            Console.Out.WriteLine($"{digest} is signed: {signature.Form} by {signature.Signer}{(signature.SignedAt is { } at ? $" at {at:u}" : "")}");
        }
        foreach (var line in attempts.Concat(verification.Notices))
        {
            Console.Error.WriteLine(line);
        }
        if (!verification.IsVerified)
        {
            Console.Error.WriteLine($"tapedeck: no signature of {digest} counts; sign it, or name the signer that did");
        }
    }

    private static async Task<Puller> PullerOfAsync(ParseResult arguments, ComponentSource spec, ContentStore? store, CancellationToken cancellationToken)
    {
        var options = Shared.LaptopPullOptionsOf(arguments);
        var (own, _) = await new ToolPulls(options, store, Shared.MountsOf(arguments), CredentialHelper.AskAsync).OfAsync(spec, cancellationToken);
        return own ?? new Puller(options, store);
    }

    /// <summary>What to say of one of a pair without the other, which would trust nobody; null where there are both or none.</summary>
    private static string? Alone(ParseResult arguments, Option<string?> one, Option<string?> other) => (arguments.GetValue(one), arguments.GetValue(other)) switch
    {
        (not null, null) => $"{one.Name} goes with {other.Name}; give both",
        (null, not null) => $"{other.Name} goes with {one.Name}; give both",
        _ => null,
    };

    private static string TextOf(Option option, string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw StartException.Unreadable($"the file of {option.Name},", file, exception, "name one that this user may read");
        }
    }

    private static TrustedRoot? RootOf(string file, out string problem) =>
        LaptopMounts.RootOf(file, "the trusted root", out problem) is { } mounted ? TrustedRoot.Read(mounted.Json, mounted.ObtainedAt, out problem) : null;

    private static VerificationPolicy? PolicyOf(ParseResult arguments, out string problem)
    {
        problem = Alone(arguments, Issuer, Identity) ?? Alone(arguments, Authority, Subject) ?? "";
        if (problem.Length > 0)
        {
            return null;
        }
        TrustedRoot? root = null;
        if (arguments.GetValue(Shared.TrustedRoot) is { } file && (root = RootOf(file, out problem)) is null)
        {
            return null;
        }
        var spec = SignersOf(arguments) with
        {
            // Of a key a root is asked for nothing else: who gives one wants the log.
            RequireTransparencyLog = root is not null,
        };
        if (!spec.Keys.IsEmpty || !spec.Keyless.IsEmpty || !spec.Notation.IsEmpty)
        {
            return Manifest.Trust.Of(spec, root, out problem);
        }
        problem = "name whom to trust: --key, --certificate-oidc-issuer with --certificate-identity, --notation-ca with --notation-subject, or --trust-policy";
        if (!spec.SignedAs.IsEmpty && arguments.GetValue(Shared.TrustPolicy) is not null)
        {
            problem = $"{SignedAs.Name} goes with a signer that is named here; of a trust policy, its rules say it";
            return null;
        }
        return Shared.TrustPolicyOf(arguments)?.With(root, out problem);
    }

    private static VerifySpec SignersOf(ParseResult arguments) => new()
    {
        Keys = [.. (arguments.GetValue(Keys) ?? []).Select(file => TextOf(Keys, file))],
        Keyless = arguments.GetValue(Issuer) is { } issuer && arguments.GetValue(Identity) is { } identity ? [new KeylessIdentity(issuer, identity)] : [],
        Notation = arguments.GetValue(Authority) is { } authority && arguments.GetValue(Subject) is { } subject ? [new NotationTrust(TextOf(Authority, authority), subject)] : [],
        SignedAs = [.. arguments.GetValue(SignedAs) ?? []],
    };
}
