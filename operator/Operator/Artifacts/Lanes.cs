namespace Tapedeck.Operator.Artifacts;

/// <summary>
/// Bounds how many questions are on their way, so that those who never answer hold up nobody but themselves: whoever has not answered after a while keeps its
/// question and gives its slot back. A registry has half of the slots at most, and a namespace a part of the questions and never all slots. Safe for all threads.
/// </summary>
/// <param name="slots">Questions at once, of those that may still be answered soon; at least 1.</param>
internal sealed class Lanes(int slots, TimeProvider time)
{
    /// <summary>After this a question is a slow one.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Questions for each slot, slow ones included.</summary>
    private const int MostQuestions = 32;

    /// <summary>Of them, those of one namespace.</summary>
    private const int MostOfNamespace = 8;

    private const string Everybody = "";

    private readonly Places _ofRegistryInNamespace = new(Math.Max(1, slots / 2));
    private readonly Places _ofNamespace = new(slots * MostOfNamespace);
    private readonly Places _ofRegistry = new(Math.Max(1, slots / 2));
    private readonly Places _questions = new(slots * MostQuestions);
    private readonly Places _slotsOfNamespace = new(Math.Max(1, slots - 1));
    private readonly Places _slots = new(slots);

    /// <param name="namespace">Who asks.</param>
    /// <param name="registry">Whom it asks.</param>
    internal async Task<T> RunAsync<T>(string @namespace, string registry, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        // From one's own places to those of all, so that whoever waits holds nothing that others wait for.
        using var ownRegistry = await _ofRegistryInNamespace.TakeAsync($"{@namespace} {registry}", cancellationToken);
        using var own = await _ofNamespace.TakeAsync(@namespace, cancellationToken);
        using var ownSlot = await _slotsOfNamespace.TakeAsync(@namespace, cancellationToken);
        using var shared = await _ofRegistry.TakeAsync(registry, cancellationToken);
        using var question = await _questions.TakeAsync(Everybody, cancellationToken);
        Task<T> work;
        using (await _slots.TakeAsync(Everybody, cancellationToken))
        {
            work = ask(cancellationToken);
            await Task.WhenAny(work, Task.Delay(Patience, time, cancellationToken));
        }
        ownSlot.Dispose();
        return await work;
    }
}
