using Backsoon.Accounts;
using Backsoon.Dispatch;
using Backsoon.Tenants;

namespace Backsoon.Promises;

/// <summary>Has somebody sign up, set up a page and get a request, each as anybody would. Done again, it changes nothing more.</summary>
public sealed class CanaryPlanting(IGrainFactory grains, Keys keys, Policies policies, TimeProvider clock)
{
    private static readonly TimeSpan s_wait = TimeSpan.FromHours(1);

    /// <exception cref="InvalidOperationException">It does not work.</exception>
    public async Task Plant(CanaryPerson person)
    {
        await SignUp(person);
        var scope = grains.For(person.Tenant);
        var profile = await scope.Tenant().Profile() ?? throw new InvalidOperationException("Its business was not founded.");
        await scope.Tenant().Change(profile.Settings with { Owner = profile.Settings.Owner with { Phone = person.Phone }, About = $"About {person.Word}", EmergencyText = $"Call {person.Word}", EmergencyPhone = person.Phone });

        var (directory, vendor, subject) = (scope.Directory(), person.Id("vendor"), person.Id("subject"));
        await directory.PutVendor(new Vendor(vendor, $"Works of {person.Word}", person.Email, person.Phone, $"Note on {person.Word}", Active: true));
        await directory.PutSubject(new Subject(subject, $"House of {person.Word}", $"{person.Word} street 1", Active: true));
        await directory.PutRule(new Rule(person.Id("rule"), null, null, [new RuleStep(vendor, s_wait)]));
        var category = (await directory.Categories())[0].Id;
        var dispatch = scope.Dispatch(person.Id("dispatch"));
        var outcome = await dispatch.Submit(new Submission(subject, category, $"Caller {person.Word}", person.Phone, person.Email, $"It drips at {person.Word} street 1.", person.Source));
        if (outcome is not SubmitOutcome.Accepted)
            throw new InvalidOperationException($"Its request came to {outcome.GetType().Name}.");
        await dispatch.WriteAsCaller(person.Id("message"), $"And it smells of {person.Word}.", []);
    }

    // What the link in the mail of a sign-up does; then they ask for another, as who lost their cookie does.
    private async Task SignUp(CanaryPerson person)
    {
        var key = $"address/{(await keys.Current()).For(person.Email)}";
        var link = grains.GetGrain<IMagicLinkGrain>(MagicLinkGrain.KeyOf(Secret.Hash(person.Link)));
        var details = new SignUpDetails($"Owner {person.Word}", $"Office of {person.Word}", person.Slug, Industry.PropertyManagement, "Etc/UTC");
        await link.Create(new MagicLink(key, person.Email, person.Account, details, person.Tenant, clock.GetUtcNow() + (await policies.Current()).MagicLink));
        if (await link.Spend(person.Session, person.Visitor) is not Redemption.Accepted)
            throw new InvalidOperationException("Its link to sign up did not work.");
        await grains.GetGrain<IAddressGrain>(key).AskToSignIn(new SignInRequest(person.Id("sign-in"), person.Email, Secret.Hash(person.Word), person.Visitor));
    }
}
