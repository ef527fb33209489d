namespace Tapedeck.Conformance;

/// <summary>The outcomes of a script or of a suite, counted. Safe for several threads.</summary>
internal sealed class Tally
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _skipped = new(StringComparer.Ordinal);
    private readonly List<string> _failures = [];
    private int _passed;

    internal int Failed
    {
        get
        {
            lock (_lock)
            {
                return _failures.Count;
            }
        }
    }

    /// <param name="where">File and line, for a failure.</param>
    internal void Add(string where, Outcome outcome)
    {
        lock (_lock)
        {
            switch (outcome.Verdict)
            {
                case Verdict.Passed:
                    _passed++;
                    break;
                case Verdict.Failed:
                    _failures.Add($"{where}: {outcome.Why}");
                    break;
                default:
                    _skipped[outcome.Why] = _skipped.GetValueOrDefault(outcome.Why) + 1;
                    break;
            }
        }
    }

    /// <summary>Every failure, a table of what was skipped, and the one line that counts all.</summary>
    internal void Print(TextWriter output, string title)
    {
        lock (_lock)
        {
            _failures.Sort(StringComparer.Ordinal);
            _failures.ForEach(output.WriteLine);
            foreach (var (feature, count) in _skipped)
            {
                output.WriteLine($"{count,8} skipped: {feature}");
            }
            output.WriteLine($"{title}: {_passed} passed, {_failures.Count} failed, {_skipped.Values.Sum()} skipped");
        }
    }
}
