// SPDX-License-Identifier: Apache-2.0
package dev.culebra.bench.echo;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.CategoryAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.labels.ItemLabelAnchor;
import org.jfree.chart.labels.ItemLabelPosition;
import org.jfree.chart.labels.StandardCategoryItemLabelGenerator;
import org.jfree.chart.plot.CategoryPlot;
import org.jfree.chart.plot.CombinedDomainCategoryPlot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.renderer.category.BarRenderer;
import org.jfree.chart.renderer.category.StandardBarPainter;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.category.DefaultCategoryDataset;
import org.jspecify.annotations.Nullable;

/**
 * Draws results: a bar for each server's CPU time for a request, a column for each load with a scale of its own, and
 * so many columns beside each other as can be read.
 */
final class Chart {

  private static final int COLUMNS = 4;
  private static final int NAMES_WIDTH = 130;
  private static final int COLUMN_WIDTH = 210;
  private static final int BAR_HEIGHT = 20;
  private static final int FRAME_HEIGHT = 100;

  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 14);
  private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

  private static final Color CULEBRA = new Color(0x2A, 0x9D, 0x5C);
  private static final Color LIMIT = new Color(0x77, 0x77, 0x77);
  private static final Color OTHER = new Color(0xB5, 0xC4, 0xD6);
  private static final Color GRID = new Color(0xDD, 0xDD, 0xDD);

  /** What is no more than system calls, in whatever language. */
  private static final Set<String> LIMITS = Set.of("raw", "selector");

  private Chart() {}

  /** Says why no chart can be drawn here, such as for want of fonts; null if it can. */
  static @Nullable String missing() {
    try {
      draw(List.of());
      return null;
    } catch (RuntimeException | LinkageError | InternalError e) {
      return e.toString().lines().findFirst().orElse("");
    }
  }

  static String of(Results results) {
    return draw(results.outcomes());
  }

  private static String draw(List<Outcome> outcomes) {
    List<List<Outcome>> rows = new ArrayList<>();
    for (int from = 0; from < outcomes.size(); from += COLUMNS) {
      rows.add(outcomes.subList(from, Math.min(outcomes.size(), from + COLUMNS)));
    }
    int widest = Math.clamp(outcomes.size(), 2, COLUMNS);
    int width = NAMES_WIDTH + widest * COLUMN_WIDTH;
    VectorGraphics2D graphics = new VectorGraphics2D();
    int height = 0;
    for (List<Outcome> row : rows) {
      Set<String> servers = new LinkedHashSet<>();
      row.forEach(outcome -> servers.addAll(outcome.servers()));
      int rowWidth = rows.size() == 1 ? width : NAMES_WIDTH + row.size() * COLUMN_WIDTH;
      int rowHeight = FRAME_HEIGHT + servers.size() * BAR_HEIGHT;
      chart(row, servers, height == 0)
          .draw(graphics, new Rectangle2D.Double(0, height, rowWidth, rowHeight));
      height += rowHeight;
    }
    return svg(graphics, width, Math.max(1, height));
  }

  private static String svg(VectorGraphics2D graphics, int width, int height) {
    ByteArrayOutputStream svg = new ByteArrayOutputStream();
    try {
      new SVGProcessor()
          .getDocument(graphics.getCommands(), new PageSize(width, height))
          .writeTo(svg);
    } catch (IOException e) {
      throw new UncheckedIOException("to memory", e);
    }
    return withFonts(svg.toString(StandardCharsets.UTF_8));
  }

  /**
   * Names the size that is left out where it is Java2D's default, which is not that of browsers, and what to take
   * where this machine's font is not.
   */
  private static String withFonts(String svg) {
    return svg.replaceFirst("<svg ", "<svg font-size=\"12px\" style=\"background:white\" ")
        .replaceAll("font-family:(&quot;[^;]*&quot;|[^;]*);", "font-family:$1,Verdana,sans-serif;");
  }

  private static JFreeChart chart(List<Outcome> row, Set<String> servers, boolean first) {
    CategoryAxis names = new CategoryAxis();
    names.setTickLabelFont(TEXT);
    names.setAxisLineVisible(false);
    names.setTickMarksVisible(false);
    names.setCategoryMargin(0.2);
    names.setLowerMargin(0.01);
    names.setUpperMargin(0.01);
    CombinedDomainCategoryPlot columns = new CombinedDomainCategoryPlot(names);
    columns.setOrientation(PlotOrientation.HORIZONTAL);
    columns.setGap(14);
    row.forEach(outcome -> columns.add(column(outcome, servers)));
    JFreeChart chart = new JFreeChart(null, TITLE, columns, false);
    if (first) {
      chart.setTitle(new TextTitle("CPU µs for each request: less is better", TITLE));
    }
    chart.setBackgroundPaint(Color.WHITE);
    return chart;
  }

  private static CategoryPlot column(Outcome outcome, Set<String> servers) {
    DefaultCategoryDataset values = new DefaultCategoryDataset();
    for (String server : servers) {
      Double value = outcome.servers().contains(server)
          ? Double.valueOf(outcome.median(server, Turn::cpuMicros))
          : null;
      values.addValue(value, "CPU", server);
    }
    NumberAxis scale = new NumberAxis(shortTitle(outcome.load()));
    scale.setLabelFont(TEXT);
    scale.setTickLabelFont(SMALL);
    scale.setUpperMargin(0.25); // room for the labels
    CategoryPlot plot = new CategoryPlot(values, null, scale, new Bars());
    plot.setBackgroundPaint(Color.WHITE);
    plot.setOutlineVisible(false);
    plot.setRangeGridlinePaint(GRID);
    return plot;
  }

  private static String shortTitle(Load load) {
    String size = load.bytes() % 1024 == 0 ? load.bytes() / 1024 + " KiB" : load.bytes() + " B";
    return String.format(
        Locale.ROOT,
        "%s, %,d × %s",
        load.kind() == Kind.ACCEPT ? "accept" : load.kind().title(),
        load.connections(),
        size);
  }

  /** Bars in the colour of what the server is made with, each with its value. */
  private static final class Bars extends BarRenderer {

    private static final long serialVersionUID = 1L;

    Bars() {
      setBarPainter(new StandardBarPainter());
      setShadowVisible(false);
      setDefaultItemLabelGenerator(new StandardCategoryItemLabelGenerator(
          "{2}", new DecimalFormat("0.0", DecimalFormatSymbols.getInstance(Locale.ROOT))));
      setDefaultItemLabelFont(SMALL);
      setDefaultItemLabelsVisible(true);
      setDefaultPositiveItemLabelPosition(
          new ItemLabelPosition(ItemLabelAnchor.OUTSIDE3, TextAnchor.CENTER_LEFT));
    }

    @Override
    public Color getItemPaint(int row, int column) {
      String server = getPlot().getDataset().getColumnKey(column).toString();
      if (LIMITS.contains(server)) {
        return LIMIT;
      }
      return server.matches("(epoll|kqueue|nio)-.*") ? CULEBRA : OTHER;
    }
  }
}
