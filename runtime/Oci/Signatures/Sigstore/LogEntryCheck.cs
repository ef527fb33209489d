using System.Text;
using Tapedeck.Oci.Signatures.Keys;
using Tapedeck.Oci.Signatures.Reading;

namespace Tapedeck.Oci.Signatures.Sigstore;

/// <summary>
/// Whether a trusted log holds an entry. Every proof that is there must hold, whichever of them is asked for.
/// <see href="https://github.com/sigstore/architecture-docs/blob/main/client-spec.md"/> (Transparency Log Entry)
/// </summary>
internal static class LogEntryCheck
{
    /// <summary>An entry that <paramref name="Log"/> holds.</summary>
    /// <param name="At">When the log promised to take it. Null where it gave no such promise, as Rekor v2 does; then the caller's other clocks say.</param>
    internal sealed record Verified(TrustedLog Log, DateTimeOffset? At)
    {
        /// <summary>Why a moment that another clock told is not one at which this log was trusted; null where it is, or where the log told its own.</summary>
        internal Refusal? CheckMoment(DateTimeOffset at) =>
            At is not null || Log.Validity.Contains(at) ? null : Wrong($"the log {Log.Name} is trusted from {Log.Validity}, and not at {at:u}");
    }

    internal static Checked<Verified> Check(LogEntry entry, TrustedRoot root)
    {
        var last = Wrong($"the log {Convert.ToHexStringLower(entry.LogId)} is not in the trusted root");
        // A key may be listed twice, with two spans of time.
        foreach (var log in root.Logs.Where(each => each.KeyId.AsSpan().SequenceEqual(entry.LogId)))
        {
            if (Check(entry, log).Is(out var verified, out var refusal))
            {
                return verified;
            }
            last = refusal;
        }
        return last;
    }

    private static Checked<Verified> Check(LogEntry entry, TrustedLog log)
    {
        if (!log.Key.Is(out var key, out var refusal))
        {
            return refusal;
        }
        if ((entry.Proof is null ? null : CheckProof(entry, entry.Proof, log, key)) is { } wrong)
        {
            return wrong;
        }
        return entry.Promise is { } promise ? CheckPromise(entry, promise, log, key)
            : entry.Proof?.Checkpoint is not null ? new Verified(log, At: null)
            : Wrong("the entry has neither a promise nor a proof with a checkpoint");
    }

    private static Refusal? CheckProof(LogEntry entry, InclusionProof proof, TrustedLog log, VerificationKey key)
    {
        if (proof.Check(entry.Body) is { } wrong)
        {
            return wrong;
        }
        if (proof.Checkpoint is not { } note)
        {
            return null;
        }
        if (!Readings.Of("the log entry", () => Checkpoint.Parse(note)).Is(out var checkpoint, out var unreadable))
        {
            return unreadable;
        }
        return !checkpoint.IsSignedBy(log, key) ? Wrong($"the checkpoint has no good signature of the log {log.Name}")
            : checkpoint.TreeSize != proof.TreeSize || !checkpoint.RootHash.AsSpan().SequenceEqual(proof.RootHash)
                ? Wrong("the checkpoint is about another tree than the inclusion proof")
            : null;
    }

    /// <summary>The signature is over the entry as canonical JSON (RFC 8785), the four properties in the order of their names.</summary>
    private static Checked<Verified> CheckPromise(LogEntry entry, byte[] promise, TrustedLog log, VerificationKey key)
    {
        if (entry.IntegratedTime is not { } seconds || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return Wrong("the log's promise has no integrated time");
        }
        var signed = $$"""
            {"body":"{{Convert.ToBase64String(entry.Body)}}","integratedTime":{{seconds}},"logID":"{{Convert.ToHexStringLower(entry.LogId)}}","logIndex":{{entry.LogIndex}}}
            """;
        if (!key.Verifies(SignedMessage.Of(Encoding.UTF8.GetBytes(signed)), promise, SignatureAlgorithm.Sigstore))
        {
            return Wrong($"the promise (signed entry timestamp) is not signed by the log {log.Name}");
        }
        var at = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return log.Validity.Contains(at)
            ? new Verified(log, at)
            : Wrong($"the log {log.Name} is trusted from {log.Validity}, and took the entry at {at:u}");
    }

    private static Refusal Wrong(string why) => new(RefusalReason.WrongLogEntry, why);
}
