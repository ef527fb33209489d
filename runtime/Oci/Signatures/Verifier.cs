using System.Collections.Immutable;
using Tapedeck.Oci.Signatures.Sigstore;

namespace Tapedeck.Oci.Signatures;

/// <summary>
/// Answers whether someone who is trusted signed an artifact. It fails closed: what cannot be fetched, read or understood verifies nothing, and is
/// named with its reason. Nothing but the repository is asked; all trust is in the policy.
/// </summary>
public sealed class Verifier(TimeProvider time)
{
    private const int MostAttempts = 256;

    /// <summary>
    /// For all that is fetched for one verification, and again for judging it. What was found until then is judged; what was not is an attempt that may be
    /// tried again.
    /// </summary>
    /// <value>Default: 10 min.</value>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Looks for signatures of a manifest or index and checks each against each signer of the rule. Where an index has no good one, those of the manifest
    /// that a pull chooses from it count: it is what runs.
    /// </summary>
    /// <param name="repository">Its name is what the policy's prefixes and the signatures' own repositories are compared with.</param>
    /// <param name="digest">The digest that is pulled, not what a tag may mean by then.</param>
    public async Task<Verification> Verify(
        IRepository repository, Digest digest, VerificationPolicy policy, CancellationToken cancellationToken)
    {
        var rule = policy.RuleFor(repository.Name);
        if (rule.Mode == SignatureMode.None)
        {
            return new Verification(rule.Mode, digest, [], [], []);
        }
        if (rule.Signers.IsEmpty)
        {
            return Nothing(rule, digest, repository.Name, RefusalReason.NobodyTrusted, $"the rule for '{rule.Prefix}' asks for a signature and names no signer");
        }
        using var deadline = new VerificationDeadline(Deadline, time, cancellationToken);
        var finder = new SignatureFinder(repository, digest, deadline);
        await finder.Look();
        var verification = Judge(rule, finder, policy.TrustedRootMaxAge, cancellationToken);
        if (verification.IsVerified || deadline.IsOver)
        {
            return verification;
        }
        var before = finder.Failed.Count;
        if (await finder.Choose() is not { } chosen)
        {
            return verification with { Attempts = [.. verification.Attempts, .. finder.Failed.Skip(before)] };
        }
        var ofChosen = new SignatureFinder(repository, chosen, deadline);
        await ofChosen.Look();
        var second = Judge(rule, ofChosen, policy.TrustedRootMaxAge, cancellationToken);
        return second.IsVerified ? second : verification with { Attempts = [.. verification.Attempts, .. second.Attempts] };
    }

    private Verification Judge(VerificationRule rule, SignatureFinder finder, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (finder.Found.Count == 0 && finder.Failed.Count == 0)
        {
            return Nothing(rule, finder.Digest, finder.Repository.Name, RefusalReason.NoSignature, $"{finder.Repository.Name}@{finder.Digest} has no signature of cosign or notation");
        }
        var subject = new SignedSubject(finder.Digest, [finder.Repository.Name, .. rule.SignedAs], Statement.CosignSign);
        var now = time.GetUtcNow();
        var verified = new List<VerifiedSignature>();
        var refused = new List<FailedAttempt>();
        // A check is a handful of signatures, and there may be a thousand checks. What was found as time ran out is judged all the same.
        using var deadline = new VerificationDeadline(Deadline, time, cancellationToken);
        foreach (var (signer, found) in rule.Signers.SelectMany(signer => finder.Found.Select(found => (signer, found))).TakeWhile(_ => deadline.HasTime()))
        {
            if (SignatureCheck.Check(found, signer, subject, maxAge, now) is not { } result)
            {
                continue;
            }
            if (result.Is(out var signature, out var refusal))
            {
                verified.Add(signature);
            }
            else if (refused.Count < MostAttempts)
            {
                refused.Add(new FailedAttempt(found.Where, signer.Who, refusal));
            }
        }
        if (deadline.IsOver)
        {
            var where = $"{finder.Repository.Name}@{finder.Digest}";
            refused.Insert(0, new FailedAttempt(where, "", new Refusal(RefusalReason.NotFetched, deadline.Error(where).ToString()), deadline.Error(where)));
        }
        FailedAttempt[] failed = [.. finder.Failed, .. refused];
        if (verified.Count == 0 && failed.Length == 0)
        {
            return Nothing(rule, finder.Digest, finder.Found[0].Where, RefusalReason.NobodyTrusted, "there are signatures, and none in a form that a trusted signer uses");
        }
        return new Verification(rule.Mode, finder.Digest, [.. verified.Distinct()], [.. failed.Take(MostAttempts)], [.. Notices(rule, maxAge, now)]);
    }

    private static IEnumerable<string> Notices(VerificationRule rule, TimeSpan maxAge, DateTimeOffset now) =>
        rule.Signers.Select(signer => signer is KeylessSigner keyless ? keyless.Root : (signer as KeySigner)?.Root)
            .Distinct()
            .Select(root => root is null ? null : TrustedRootAge.Notice(root, maxAge, now))
            .OfType<string>();

    private static Verification Nothing(VerificationRule rule, Digest digest, string where, RefusalReason reason, string why) =>
        new(rule.Mode, digest, [], ImmutableArray.Create(new FailedAttempt(where, "", new Refusal(reason, why))), []);
}
