using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Backsoon;

/// <summary>A busy week as its owner sees it: everything where the clock has it, nothing over anything else.</summary>
[Collection(nameof(Product))]
public sealed class AgendaTests(Product product)
{
    // What is not where its time says, by the grid of its day; "at" says the time.
    private const string Misplaced =
        """
        [...document.querySelectorAll('.agenda-items')].flatMap(day => {
            const hours = [...document.querySelectorAll('.agenda-hours > li')], first = parseInt(hours[0].textContent), of = day.getBoundingClientRect(), hour = hours[0].getBoundingClientRect().height;
            const seen = [...day.querySelectorAll('.agenda-item')].filter(item => item.checkVisibility()).map(item => [item, item.getBoundingClientRect()]);
            const wrong = seen.filter(([item, box]) => {
                const [from, until] = item.querySelector('.at').textContent.split('–').map(at => at.split(':')).map(([h, m]) => (+h - first + m / 60) * hour);
                return Math.abs(box.top - of.top - from) > 4 || Math.abs(box.height - (until - from)) > 4 || box.left < of.left || box.right > of.right + 1;
            }).map(([item]) => `misplaced: ${item.textContent}`);
            const over = seen.flatMap(([one, a], i) => seen.slice(i + 1).filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1).map(([other]) => `${one.textContent} over ${other.textContent}`));
            return [...wrong, ...over];
        }).map(text => text.replace(/\s+/g, ' '))
        """;

    private const string Width = "item => item.getBoundingClientRect().width / item.closest('.agenda-items').getBoundingClientRect().width";

    [Fact]
    public async Task A_busy_week_can_be_read()
    {
        await using var shop = await Shop.Open(product, "agenda-shop");
        var page = shop.Owner;
        await page.GotoAsync(product.App("/bookings"));
        await page.Locator("#service").FillAsync("Viewing");
        await Shop.Press(page, "Switch bookings on");
        string[] hosts = ["Helena Prado", "Rui Costa", "Marta Lopes", "Nuno Dias", "Sofia Pinto"];
        foreach (var host in hosts)
        {
            await page.GotoAsync(product.App("/bookings/hosts/new"));
            await page.Locator("#name").FillAsync(host);
            await page.Locator("#email").FillAsync(shop.AddressOf(host));
            await page.Locator("#host button").Last.ClickAsync();
            await Expect(page.Locator(".flash")).ToBeVisibleAsync();
        }

        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var monday = today.AddDays(15 - (int)today.DayOfWeek);
        foreach (var (day, at, host, guest) in new[]
        {
            (0, "09:30", "Helena Prado", "Tomás Baker"), (0, "11:15", "Helena Prado", "Joana Albuquerque e Castro"), (0, "11:30", "Rui Costa", "Eve Long"), (0, "15:00", "Rui Costa", "Ana Duarte"),
            (1, "10:00", "Ines Moreira", "Guest 1"), (1, "10:00", "Helena Prado", "Guest 2"), (1, "10:10", "Rui Costa", "Guest 3"), (1, "10:00", "Marta Lopes", "Guest 4"), (1, "10:15", "Nuno Dias", "Guest 5"), (1, "10:00", "Sofia Pinto", "Guest 6"), (1, "14:45", "Sofia Pinto", "Maria Duarte"),
        })
        {
            await page.GotoAsync(product.App("/bookings/new"));
            await Shop.Choose(page, "host", host);
            await page.Locator("#book button[name=look]").First.ClickAsync();
            await Expect(page.Locator("#book h2")).ToContainTextAsync(host);
            await page.Locator("#by-hand").FillAsync($"{monday.AddDays(day):yyyy-MM-dd}T{at}");
            await page.Locator("#name").FillAsync(guest);
            await Shop.Press(page, "Book it");
            await Expect(page.Locator(".flash")).ToContainTextAsync("Booked.");
        }

        await page.GotoAsync(product.App($"/bookings?day={monday:yyyy-MM-dd}"));
        await Shop.Look(page, "agenda-week");
        Assert.Empty(await page.EvaluateAsync<string[]>(Misplaced));
        Assert.True(await Item("Ana Duarte").EvaluateAsync<double>(Width) > 0.9, "What stands alone has its whole day's width, whatever else the day holds.");
        Assert.InRange(await Item("Eve Long").EvaluateAsync<double>(Width), 0.4, 0.5);
        await Expect(Item("Tomás Baker").Locator("b")).ToBeInViewportAsync();
        await Expect(page.Locator(".agenda-more").Filter(new() { Visible = true })).ToHaveTextAsync(["4 more"]);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "09:30–10:00 Tomás Baker, Viewing with Helena Prado" })).ToBeVisibleAsync();

        await page.Locator(".agenda-more a").ClickAsync();
        await Shop.Look(page, "agenda-day");
        Assert.Empty(await page.EvaluateAsync<string[]>(Misplaced));
        Assert.Equal(7, await page.Locator(".agenda-item").Filter(new() { Visible = true }).CountAsync());
        await page.SetViewportSizeAsync(360, 740);
        await page.GotoAsync(product.App($"/bookings?day={monday:yyyy-MM-dd}"));
        Assert.Equal(11, await page.Locator(".agenda-item").Filter(new() { Visible = true }).CountAsync());
        await Expect(page.Locator(".agenda-more").Filter(new() { Visible = true })).ToHaveCountAsync(0);

        ILocator Item(string guest) => page.Locator(".agenda-item").Filter(new() { HasText = guest });
    }
}
